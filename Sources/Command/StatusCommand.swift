import APIClient
import APIContract
import ArgumentParser
import Console
import Failures
import FoundationEssentials

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the accounts: state, time left, next refresh, last error.",
        discussion: """
            For one account the exit code tells whether it works: 0 a token is served, 75 none at the moment, 77 it needs \
            a login, 78 the configuration must change.

            Examples:
              valetkey status
              valetkey status ACCOUNT --json
              valetkey status --needs-login
              valetkey status --watch
            """)

    @Argument(help: "One account; default: all.", completion: .accounts)
    var account: String?

    @OptionGroup var filter: StatusFilter

    @Option(name: .customLong("group"), help: "A table for each provider, state or user.")
    var grouping: StatusGrouping?

    @Flag(name: .long, help: "Show who has read the tokens since the daemon started.")
    var readers = false

    @Flag(name: .long, help: "Stay, and show each change: in place on a terminal, else a line for each.")
    var watch = false

    @Flag(name: .long, help: "Print JSON; with --watch, an object on each line.")
    var json = false

    @OptionGroup var daemon: DaemonOptions

    func validate() throws {
        guard account == nil || !(filter.isSet || grouping != nil) else {
            throw ValidationError("one account isn't filtered or grouped: name it, or say which ones")
        }
        if watch, readers { throw ValidationError("--watch and --readers exclude each other") }
    }

    func run() throws {
        if readers { return try showReaders() }
        if watch { return try daemon.withDaemon(asJSON: json) { try watching($0).run() } }
        let reports = try daemon.withDaemon(asJSON: json) { client in
            try account.map { [try client.account($0)] } ?? client.accounts().accounts.filter(filter.keeps)
        }
        if json {
            try Terminal.output.result(encode(reports))
        } else if reports.isEmpty, filter.isSet {
            Terminal.error.line("No account is like that.")
        } else if reports.isEmpty {
            try Terminal.output.result("No account is configured.")
            Terminal.error.hint("run: valetkey setup")
        } else {
            try Terminal.output.result(table(reports, now: Date()).joined(separator: "\n"))
        }
        guard account != nil, let health = reports.first.map(AccountHealth.init), health.exit != .success else {
            return
        }
        throw ExitCode(health.exit.rawValue)
    }

    private func watching(_ client: SocketClient) -> StatusWatch {
        let screen = Terminal.output
        let display: any WatchDisplay =
            screen.isTerminal && !json
            ? WatchScreen(screen: screen) { table($0, now: $1) } : WatchLines(screen: screen, asJSON: json)
        var client = client
        client.whileSlow = nil
        return StatusWatch(client: client, account: account, keeps: filter.keeps, display: display)
    }

    private func table(_ reports: [AccountReport], now: Date) -> [String] {
        if reports.isEmpty { return [filter.isSet ? "No account is like that." : "No account is configured."] }
        let table = StatusTable(screen: Terminal.output, now: now)
        return grouping.map { table.lines(reports, by: $0) } ?? table.lines(reports)
    }

    private func showReaders() throws {
        let lists = try daemon.withDaemon(asJSON: json) { client in
            let names = try account.map { [$0] } ?? client.accounts().accounts.filter(filter.keeps).map(\.account)
            return try names.map { try client.readers($0) }
        }
        guard json else {
            let table = ReaderTable(screen: Terminal.output, now: Date())
            return try Terminal.output.result(table.lines(lists).joined(separator: "\n"))
        }
        guard account != nil, let list = lists.first else {
            return try Terminal.output.result(CommandJSON.text(["accounts": lists]))
        }
        try Terminal.output.result(CommandJSON.text(list))
    }

    /// Encodes the reports as the API does: a single account if one was named, else a list.
    private func encode(_ reports: [AccountReport]) throws -> String {
        // What has expired has no time left.
        let reports = reports.map { report in
            var report = report
            report.expiresIn = report.expiresIn.map { max(0, $0) }
            return report
        }
        guard account != nil, let report = reports.first else {
            return try CommandJSON.text(AccountList(accounts: reports))
        }
        return try CommandJSON.text(report)
    }
}
