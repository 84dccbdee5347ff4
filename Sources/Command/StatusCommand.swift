import APIClient
import APIContract
import ArgumentParser
import Console
import FoundationEssentials

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the accounts: state, time left, next refresh, last error.")

    @Argument(help: "One account; default: all.", completion: .accounts)
    var account: String?

    @OptionGroup var filter: StatusFilter

    @Option(name: .customLong("group"), help: "A table for each provider, state or user.")
    var grouping: StatusGrouping?

    @Flag(name: .long, help: "Show who has read the tokens since the daemon started.")
    var readers = false

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var daemon: DaemonOptions

    func validate() throws {
        guard account == nil || !(filter.isSet || grouping != nil) else {
            throw ValidationError("one account isn't filtered or grouped: name it, or say which ones")
        }
    }

    func run() throws {
        if readers { return try showReaders() }
        let reports = try daemon.withDaemon { client in
            try account.map { [try client.account($0)] } ?? client.accounts().accounts.filter(filter.keeps)
        }
        if json {
            try Terminal.output.result(String(decoding: encode(reports), as: UTF8.self))
        } else if reports.isEmpty, filter.isSet {
            Terminal.error.line("No account is like that.")
        } else if reports.isEmpty {
            try Terminal.output.result(
                "No account is configured. Write one into config.toml, then run: valetkey reload")
        } else {
            let table = StatusTable(screen: Terminal.output, now: Date())
            let lines = grouping.map { table.lines(reports, by: $0) } ?? table.lines(reports)
            try Terminal.output.result(lines.joined(separator: "\n"))
        }
    }

    private func showReaders() throws {
        let lists = try daemon.withDaemon { client in
            let names = try account.map { [$0] } ?? client.accounts().accounts.filter(filter.keeps).map(\.account)
            return try names.map { try client.readers($0) }
        }
        guard json else {
            let table = ReaderTable(screen: Terminal.output, now: Date())
            return try Terminal.output.result(table.lines(lists).joined(separator: "\n"))
        }
        let text =
            try account == nil
            ? ContractJSON.encode(lists, pretty: true) : ContractJSON.encode(lists.first, pretty: true)
        try Terminal.output.result(String(decoding: text, as: UTF8.self))
    }

    /// Encodes the reports as the API does: a single account if one was named, else a list.
    private func encode(_ reports: [AccountReport]) throws -> Data {
        guard account != nil, let report = reports.first else {
            return try ContractJSON.encode(AccountList(accounts: reports), pretty: true)
        }
        return try ContractJSON.encode(report, pretty: true)
    }
}
