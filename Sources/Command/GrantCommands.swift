import APIClient
import APIContract
import ArgumentParser
import Console
import Text

struct RefreshCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh", abstract: "Refresh the access token now.",
        discussion: "Also tries a refresh token that the authorization server has refused before.")

    @Argument(help: "The account.", completion: .accounts)
    var account: String

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        let report = try daemon.withDaemon { try $0.refresh(account) }
        let validity =
            report.expiresIn.map { "valid for \(DurationText.short($0))" } ?? "the server doesn't state its lifetime"
        Terminal.error.line("Refreshed \(account): \(validity).")
    }
}

struct ReloadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload", abstract: "Reload the configuration file.")

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        let report = try daemon.withDaemon { try $0.reload() }
        let groups = [
            ("added", report.added), ("removed", report.removed), ("changed", report.changed),
            ("set", report.settings ?? []),
        ]
        let changes = groups.filter { !$0.1.isEmpty }.map { "\($0.0) \($0.1.joined(separator: ", "))" }
        let summary = changes.isEmpty ? "nothing has changed" : changes.joined(separator: "; ")
        Terminal.error.line("Reloaded: \(summary).")
        for note in report.notes ?? [] { Terminal.error.hint(note) }
    }
}
