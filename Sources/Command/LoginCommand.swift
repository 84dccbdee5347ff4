import APIClient
import APIContract
import ArgumentParser
import Console
import Failures
import Glibc
import Text

struct LoginCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Consent in your browser, once.",
        discussion: """
            Opens $BROWSER, or xdg-open where there is a desktop. If the browser is on another machine, use --paste: \
            consent there and paste the URL to which the browser was sent. Or use --device, if the provider has the \
            device flow: enter a short code there, or scan it. An account with flow = "client_credentials" needs no user.

            With --all, Ctrl-D at a prompt skips an account and Ctrl-C ends the whole; the exit code is 0 only if none is \
            left that needs a login, else 77, or 130 after Ctrl-C.
            """)

    @Argument(help: "The account.", completion: .accounts)
    var account: String?

    @Flag(name: .long, help: "Log in all accounts that need it, one after the other.")
    var all = false

    @Flag(name: .customLong("no-browser"), help: "Only print the URL.")
    var noBrowser = false

    @Flag(name: .long, help: "Paste the URL to which the browser was sent, or only the code.")
    var paste = false

    @Flag(name: .long, help: "Consent on another device with a short code.")
    var device = false

    @Option(name: .long, help: "What an API or a policy asked for, as a JSON object; it goes into the request.")
    var claims: String?

    @Option(name: .customLong("acr-values"), help: "How to sign in, as an API asked for it.")
    var acrValues: String?

    @Option(name: .customLong("max-age"), help: "How many seconds ago you may have signed in at most.")
    var maxAge: Int?

    @OptionGroup var daemon: DaemonOptions

    /// The request to the daemon that the options amount to.
    var request: ConsentRequest {
        ConsentRequest(
            flow: paste ? .paste : device ? .device : nil, claims: claims, acrValues: acrValues, maxAge: maxAge)
    }

    func validate() throws {
        if all == (account != nil) { throw ValidationError("name an account, or give --all") }
        if paste && device { throw ValidationError("--paste and --device exclude each other") }
        guard request.isWellFormed else {
            throw ValidationError("--claims takes a JSON object, --acr-values words, and --max-age seconds")
        }
    }

    func run() throws {
        try daemon.withDaemon { client in
            guard let account else { return try logInAll(client) }
            do {
                try logIn(account, client)
            } catch is LoginSkipped {
                throw CommandFailure(.consentRequired, "nothing was pasted; the consent is cancelled")
            }
        }
    }

    private func logIn(_ account: String, _ client: SocketClient) throws {
        let signals = StopSignals.watch()
        // What follows, such as the next login of several, is ended by a signal again.
        defer { signals.end() }
        let login = Login(account: account, paste: paste, noBrowser: noBrowser, client: client, signals: signals)
        try login.report(login.conduct(login.start(request)))
    }

    /// Logs in the accounts that need it, one after the other. A failed login is reported and the next one begins;
    /// Ctrl-C ends the whole command.
    private func logInAll(_ client: SocketClient) throws {
        let needy = try client.accounts().accounts.filter(\.state.needsLogin)
        let screen = Terminal.error
        guard !needy.isEmpty else { return screen.line("No account needs a login.") }
        var left: [String] = []
        for (index, report) in needy.enumerated() {
            let label = report.label.map { " (\($0.plain))" } ?? ""
            let title = "\(index + 1) of \(needy.count): \(report.account)\(label)"
            screen.line((index > 0 ? "\n" : "") + screen.paint(title, .bold))
            do {
                try logIn(report.account, client)
            } catch is LoginSkipped {
                screen.line("Skipped: \(report.account) isn't logged in.")
                left.append("\(report.account) (skipped)")
            } catch let failure as CommandFailure {
                _ = failure.tell()
                left.append("\(report.account) (failed)")
            } catch let failure as ClientFailure {
                guard case .problem = failure else { throw failure }
                _ = CommandFailure(failure).tell()
                left.append("\(report.account) (failed)")
            } catch let stop as ExitCode {
                let names = left + needy[index...].map(\.account)
                screen.line("Not logged in: \(names.inWords(limit: 20))")
                throw stop
            }
        }
        guard left.isEmpty else {
            throw CommandFailure(
                .consentRequired,
                "\(left.count) of \(needy.count) accounts aren't logged in: \(left.inWords(limit: 20))",
                hint: "to try those again, run: valetkey login --all")
        }
        screen.line("\nAll accounts are logged in.")
    }
}
