import APIClient
import APIContract
import ArgumentParser
import Console
import Failures
import Glibc
import Text

struct LogoutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logout", abstract: "End the grant of an account.",
        discussion: """
            The grant is removed from this machine, and the authorization server is told where it can be (RFC 7009). \
            What became of that is said; the exit code is 0 all the same. Where the grant's file can't be removed, its \
            path is said and the exit code is 1: the grant is not used any more, but remove the file.

            Where valetkey setup has registered the client, logout offers to delete the registration too (RFC 7592): it \
            asks on a terminal only. A deleted client can't log in again.
            """)

    @Argument(help: "The account.", completion: .accounts)
    var account: String

    @Flag(
        name: .customLong("delete-registration"),
        help: "Also delete the client that valetkey setup registered, without asking.")
    var deletesRegistration = false

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        try daemon.withDaemon { client in
            do throws(ClientFailure) {
                show(try client.logout(account))
            } catch {
                // After the account was removed from the configuration there may still be a registration.
                guard deletesRegistration, case .problem(let problem) = error, problem.code == .noSuchAccount else {
                    throw error
                }
            }
            try endRegistration(client)
        }
    }

    private func show(_ report: AccountReport) {
        let screen = Terminal.error
        guard let revocation = report.revocation else { return screen.line("\(report.account) wasn't logged in.") }
        if revocation.state == .nothing {
            screen.line("Forgot the grant of \(report.account).")
        } else if revocation.state == .revoked {
            screen.line("Forgot the grant of \(report.account); the authorization server has ended it too.")
        } else {
            screen.paragraph(
                "Forgot the grant of \(report.account) on this machine, but at the server it still stands:")
            screen.paragraph((revocation.detail ?? "the server was not told").plain, first: "  ")
            if let hint = revocation.hint { screen.hint(hint) }
        }
        tellOfOtherHosts(report, screen)
    }

    private func tellOfOtherHosts(_ report: AccountReport, _ screen: Terminal) {
        guard let note = ShareWords.logoutNote(report) else { return }
        screen.paragraph(note)
        if let hint = report.share?.problem?.hint { screen.hint(hint.plain) }
    }

    private func endRegistration(_ client: SocketClient) throws {
        guard deletesRegistration || isatty(STDIN_FILENO) == 1 else { return }
        if !deletesRegistration {
            guard let registration = try? client.registration(account), registration.isDeletable,
                asks(registration)
            else { return }
        }
        let deleted = try client.deleteRegistration(account)
        let screen = Terminal.error
        screen.line(
            deleted.isDeletable
                ? "Deleted the client \(deleted.clientID.plain) at \(deleted.issuer.plain)."
                : "Forgot the client's secret; \(deleted.issuer.plain) gave nothing to delete the client with.")
        screen.line("hint: remove [accounts.\(account)] from config.toml, then run: valetkey reload")
    }

    private func asks(_ registration: RegistrationReport) -> Bool {
        Terminal.error.write("Also delete the client that was registered at \(registration.issuer.plain)? [y/N]: ")
        return ["y", "yes"].contains(readLine()?.unblanked.lowercased() ?? "")
    }
}
