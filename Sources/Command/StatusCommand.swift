import APIClient
import APIContract
import ArgumentParser
import Console
import FoundationEssentials

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the accounts: state, time left, next refresh, last error.")

    @Argument(help: "One account; default: all.")
    var account: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        let reports = try daemon.withDaemon { client in
            try account.map { [try client.account($0)] } ?? client.accounts().accounts
        }
        if json {
            try Terminal.output.result(String(decoding: encode(reports), as: UTF8.self))
        } else if reports.isEmpty {
            try Terminal.output.result(
                "No account is configured. Write one into config.toml, then run: valetkey reload")
        } else {
            let lines = StatusTable(screen: Terminal.output, now: Date()).lines(reports)
            try Terminal.output.result(lines.joined(separator: "\n"))
        }
    }

    /// In the form of the API: one account where one is named, else the list.
    private func encode(_ reports: [AccountReport]) throws -> Data {
        guard account != nil, let report = reports.first else {
            return try ContractJSON.encode(AccountList(accounts: reports), pretty: true)
        }
        return try ContractJSON.encode(report, pretty: true)
    }
}
