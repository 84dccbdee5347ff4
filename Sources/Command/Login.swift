import APIClient
import APIContract
import ArgumentParser
import Console
import Failures
import Glibc
import Text

/// The person ended the input at the prompt of a login.
struct LoginSkipped: Error {}

/// The terminal dialogue for the consent of one account.
struct Login {
    let account: String
    let paste: Bool
    let noBrowser: Bool

    /// Guides the user through the consent and returns it once it is over.
    func conduct(_ consent: ConsentReport, _ client: SocketClient) throws -> ConsentReport {
        switch consent.flow {
        case .clientCredentials: return try ConsentWait(client: client).untilOver(consent)
        case .device:
            for line in DeviceScreen(consent, screen: Terminal.error).lines { Terminal.error.line(line) }
            return try ConsentWait(client: client).untilOver(consent)
        case .paste: return try takePasted(consent, client)
        // A pending consent for a browser on this machine also takes a pasted URL.
        case .loopback: return paste ? try takePasted(consent, client) : try awaitRedirect(consent, client)
        }
    }

    private func awaitRedirect(_ consent: ConsentReport, _ client: SocketClient) throws -> ConsentReport {
        let screen = Terminal.error
        let url = consent.openURL ?? consent.authorizationURL ?? ""
        screen.line("To consent for \(account), open this URL in your browser:")
        screen.line("  \(screen.paint(url.plain, .cyan))")
        if !noBrowser { openBrowser(url, consent) }
        return try ConsentWait(client: client).untilOver(consent)
    }

    private func openBrowser(_ url: String, _ consent: ConsentReport) {
        let screen = Terminal.error
        if ProcessEnvironment["SSH_CONNECTION"] != nil, !Browser.isThere {
            let port = url.split(separator: ":").last.map { $0.prefix { $0.isNumber } } ?? ""
            screen.line("This is a remote session. Either forward the port from the machine with the browser:")
            screen.line("  ssh -L \(port):127.0.0.1:\(port) THIS_HOST")
            screen.line(
                "or stop this and run: valetkey login \(account) --paste (or --device, if the provider has it)")
        } else if !Browser.isThere {
            screen.line("No browser was found: set BROWSER, or open the URL yourself.")
        } else if !Browser.open(url) {
            screen.line(
                url.isWebAddress
                    ? "The browser couldn't be started: open the URL yourself."
                    : "This is no http or https URL, so it isn't opened.")
        }
    }

    private func takePasted(_ consent: ConsentReport, _ client: SocketClient) throws -> ConsentReport {
        let screen = Terminal.error
        screen.line("To consent for \(account), open this URL in a browser on any machine:")
        screen.line("  \(screen.paint((consent.authorizationURL ?? "").plain, .cyan))")
        screen.line("After you allow access, the browser shows an error page. Copy that page's URL and paste it here")
        screen.line(
            "(it begins with \((consent.redirectURI ?? "").plain)), or type the error code that the page before shows:")
        var before: [String] = []
        while true {
            let line = try nextLine(client)
            if line.isEmpty { continue }
            before.append(line)
            // If an address was broken over several lines, the earlier lines are tried together with this one.
            switch try take(line, client) {
            case .success(let end): return end
            case .failure(let problem):
                if before.count > 1, let end = try? take(before.joined(separator: "\n"), client).get() { return end }
                screen.line(problem.detail.plain)
                if let hint = problem.hint { screen.line("hint: \(hint.plain)") }
            }
        }
    }

    /// Prompts for a line and waits for it. Ctrl-C cancels the consent and ends the command; the end of the input skips the account.
    private func nextLine(_ client: SocketClient) throws -> String {
        let interruption = Interruption.watch()
        defer { interruption.end() }
        Terminal.error.write("> ")
        let event = StandardInput.next(interruption)
        if case .line(let line) = event { return line }
        _ = try? client.cancelConsent(account)
        guard event == .end else {
            Terminal.error.line("\nStopped: the consent is cancelled.")
            throw ExitCode(Exit.interrupted.rawValue)
        }
        Terminal.error.line("")
        throw LoginSkipped()
    }

    /// Returns the daemon's problem if it doesn't accept the text as the response.
    private func take(_ text: String, _ client: SocketClient) throws(ClientFailure) -> Result<ConsentReport, Problem> {
        let result = Result { () throws(ClientFailure) in try client.takeRedirect(account, text) }
        if case .failure(.problem(let problem)) = result, problem.code == .malformedRequest { return .failure(problem) }
        return .success(try result.get())
    }

    /// Prints the outcome.
    ///
    /// - Throws: the failure, if the consent brought no grant.
    func report(_ consent: ConsentReport) throws {
        switch consent.state {
        case .granted:
            let screen = Terminal.error
            screen.line("\(screen.paint("Consent granted", .green)) for \(account).")
            if let user = consent.user { screen.line("  user      \(user.plain)") }
            if let others = consent.sameUserAs {
                screen.line(
                    "  \(screen.paint("note", .yellow))      the same user consented for \(others.inWords(limit: 3).plain); if that is "
                        + "wrong, choose another user: valetkey login \(account)")
            }
            if let scope = consent.scope, !scope.isEmpty {
                screen.line("  scope     \(scope.joined(separator: " ").plain)")
            }
            if let missing = consent.missingScope {
                screen.line(
                    "  \(screen.paint("missing", .yellow))   \(missing.joined(separator: " ").plain) was not granted")
            }
            if let seconds = consent.tokenExpiresIn {
                let isRefreshed = consent.error?.meansCode != .noRefreshToken
                screen.line(
                    "  valid     \(DurationText.short(max(0, seconds)))\(isRefreshed ? ", refreshed automatically" : "")"
                )
            }
            if let warning = consent.error {
                screen.line("  \(screen.paint("warning", .yellow))   \(warning.detail.plain)")
                if let hint = warning.hint { screen.line("  hint: \(hint.plain)") }
            }
            screen.line("Read it with: valetkey token \(account)")
        case .refused, .failed:
            throw CommandFailure(
                consent.error?.meansCode ?? .accessDenied, consent.error?.detail ?? "consent was refused",
                hint: consent.error?.hint)
        case .expired, .cancelled, .pending, .redeeming:
            throw CommandFailure(
                .consentRequired,
                consent.state == .expired
                    ? "the consent has expired: nobody answered in time" : "the consent was cancelled",
                hint: "run: valetkey login \(account)")
        }
    }
}
