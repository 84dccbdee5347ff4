import APIClient
import APIContract
import ArgumentParser
import Console
import Text

struct RefreshCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refresh", abstract: "Refresh the access token now.",
        discussion: "Also tries a refresh token that the authorization server has refused before.")

    @Argument(help: "The account.")
    var account: String

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        let report = try daemon.withDaemon { try $0.refresh(account) }
        let validity =
            report.expiresIn.map { "valid for \(DurationText.short($0))" } ?? "the server doesn't state its lifetime"
        Terminal.error.line("Refreshed \(account): \(validity).")
    }
}

struct LogoutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "End the grant of an account.",
        discussion: """
            The grant is removed from this machine, and the authorization server is told where it can be (RFC 7009). \
            What became of that is said; the exit code is 0 all the same. Where the grant's file can't be removed, its \
            path is said and the exit code is 1: the grant is not used any more, but remove the file.
            """)

    @Argument(help: "The account.")
    var account: String

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        let report = try daemon.withDaemon { try $0.logout(account) }
        let screen = Terminal.error
        guard let revocation = report.revocation, revocation.state != .nothing else {
            return screen.line("Forgot the grant of \(report.account).")
        }
        if revocation.state == .revoked {
            screen.line("Forgot the grant of \(report.account); the authorization server has ended it too.")
        } else {
            screen.line("Forgot the grant of \(report.account) on this machine, but at the server it still stands:")
            screen.line("  \((revocation.detail ?? "the server was not told").plain)")
            if let hint = revocation.hint { screen.line("hint: \(hint.plain)") }
        }
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
    }
}
