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
    let client: SocketClient
    /// Watched from the first request on, so that no signal leaves a consent behind.
    let signals: StopSignals

    private var screen: Terminal { .error }

    /// Starts the consent, or joins the one that is under way.
    func start(_ request: ConsentRequest) throws -> ConsentReport {
        let tick = { screen.replaceLine("Preparing the login of \(account). Ctrl-C stops.", .dim) }
        let meanwhile = Meanwhile(interrupt: signals.descriptor, tick: screen.isTerminal ? tick : nil)
        let answer = Result { () throws(ClientFailure) in
            try client.startConsent(account, request, meanwhile: meanwhile)
        }
        if screen.isTerminal { screen.replaceLine("") }
        switch answer {
        case .success(let consent):
            if consent.joined == true {
                screen.paragraph("A login of \(account) is under way already: this command joins it.")
            }
            return consent
        case .failure(.interrupted):
            let number = signals.take()
            try Interruption.leave(account, client, number)
            // The daemon had not begun it, or couldn't.
            screen.line("Stopped.")
            throw Interruption.code(number)
        case .failure(let failure): throw failure
        }
    }

    /// Guides the user through the consent and returns its end.
    func conduct(_ consent: ConsentReport) throws -> ConsentWait.End {
        switch consent.flow {
        case .clientCredentials: break
        case .device: for line in DeviceScreen(consent, screen: screen).lines { screen.line(line) }
        case .paste: return try takePasted(consent)
        // A pending consent for a browser on this machine also takes a pasted URL.
        case .loopback:
            if paste { return try takePasted(consent) }
            sendToBrowser(consent)
        }
        return try ConsentWait(client: client, signals: signals).untilOver(consent)
    }

    private func sendToBrowser(_ consent: ConsentReport) {
        let url = consent.openURL ?? consent.authorizationURL ?? ""
        let opens = !noBrowser && Browser.isThere && url.isWebAddress
        screen.paragraph(
            opens
                ? "Opening your browser to consent for \(account). If nothing happens, open:"
                : "To consent for \(account), open this URL in your browser:")
        screen.line("  \(screen.paint(url.plain, .cyan))")
        if noBrowser { return }
        guard Browser.isThere else { return sayNoBrowser(url) }
        switch Browser.open(url, stop: signals.descriptor, lendsTerminal: isatty(STDIN_FILENO) == 1) {
        case .opened, .shownHere: break
        case .noWebPage: screen.line("This is no http or https URL, so it isn't opened.")
        case .failed(let failures):
            screen.paragraph("No browser could be opened: \(failures.joined(separator: ", ").plain).")
            screen.hint("open the URL yourself, or run: valetkey login \(account) --paste")
        }
    }

    private func sayNoBrowser(_ url: String) {
        guard ProcessEnvironment["SSH_CONNECTION"] != nil else {
            return screen.line("No browser was found: set BROWSER, or open the URL yourself.")
        }
        let port = url.split(separator: ":").last.map { $0.prefix { $0.isNumber } } ?? ""
        screen.paragraph("This is a remote session. Either forward the port from the machine with the browser:")
        screen.line("  ssh -L \(port):127.0.0.1:\(port) THIS_HOST")
        screen.paragraph(
            "or stop this and run: valetkey login \(account) --paste (or --device, if the provider has it)")
    }

    private func takePasted(_ consent: ConsentReport) throws -> ConsentWait.End {
        screen.paragraph("To consent for \(account), open this URL in a browser on any machine:")
        screen.line("  \(screen.paint((consent.authorizationURL ?? "").plain, .cyan))")
        screen.paragraph(
            "After you allow access, the browser shows an error page. Copy that page's URL and paste it here (it begins "
                + "with \((consent.redirectURI ?? "").plain)), or type the error code that the page before shows:")
        guard screen.isTerminal, isatty(STDIN_FILENO) == 1 else {
            return ConsentWait.End(consent: try readLines())
        }
        return try ConsentWait(client: client, signals: signals, prompt: .response).untilOver(consent)
    }

    /// Takes the response from standard input where that is no terminal.
    private func readLines() throws -> ConsentReport {
        var before: [String] = []
        while true {
            let line = try nextLine()
            if line.isEmpty { continue }
            before.append(line)
            // If a URL was broken over several lines, the earlier lines are tried together with this one.
            switch try take(line) {
            case .success(let end): return end
            case .failure(let problem):
                if before.count > 1, let end = try? take(before.joined(separator: "\n")).get() { return end }
                screen.paragraph(problem.detail.plain)
                if let hint = problem.hint { screen.hint(hint) }
            }
        }
    }

    /// A signal leaves the consent and ends the command; the end of the input skips the account.
    private func nextLine() throws -> String {
        screen.write("> ")
        let event = StandardInput.next(signals)
        if case .line(let line) = event { return line }
        screen.line("")
        guard event == .end else {
            let number = signals.take()
            try Interruption.leave(account, client, number)
            throw Interruption.late(account, number)
        }
        _ = try? client.leaveConsent(account)
        throw LoginSkipped()
    }

    /// Returns the daemon's problem if it doesn't accept the text as the response.
    private func take(_ text: String) throws(ClientFailure) -> Result<ConsentReport, Problem> {
        let result = Result { () throws(ClientFailure) in
            try client.takeRedirect(account, PastedRedirect(redirect: text))
        }
        if case .failure(.problem(let problem)) = result, problem.code == .malformedRequest { return .failure(problem) }
        return .success(try result.get())
    }
}
