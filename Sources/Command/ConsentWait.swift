import APIClient
import APIContract
import ArgumentParser
import Console
import Failures
import Text

/// Waits for the end of a consent; on a terminal, a line shows the time left. Each request to the daemon waits for the
/// end of the consent, so a second one is needed only if the first returns too early.
struct ConsentWait {
    let client: SocketClient
    private let screen = Terminal.error

    /// The longest wait, in seconds, that the daemon allows.
    private static let longest = 3600
    /// The width to which the line is padded. The person's input follows it, so it must keep the same length.
    private static let width = 60

    init(client: SocketClient) {
        self.client = client
    }

    /// Waits until the consent is over. Ctrl-C cancels it; if it is too late for that, a second Ctrl-C ends the
    /// command. Typed lines are sent to the daemon, which accepts a response and explains an error code.
    func untilOver(_ consent: ConsentReport) throws -> ConsentReport {
        let interruption = Interruption.watch()
        // What follows, such as the next login of several, is ended by Ctrl-C again.
        defer { interruption.end() }
        var typed = TypedLines()
        if typed.descriptor != nil, screen.isTerminal {
            screen.line("If the page there shows an error code, such as AADSTS50011, type it here.")
        }
        var latest = consent
        var isStopping = false
        while !latest.state.isOver {
            do throws(ClientFailure) {
                latest = try wait(latest, interruption, typed.descriptor)
            } catch .interrupted {
                if let line = typed.next() {
                    latest = try hand(line, latest)
                    continue
                }
                if isStopping {
                    clear()
                    throw CommandFailure(.interrupted).tell()
                }
                interruption.acknowledge()
                try cancel(latest)
                isStopping = true
            } catch {
                clear()
                throw error
            }
        }
        clear()
        return latest
    }

    /// Sends a typed line to the daemon and returns the consent as it is afterwards.
    private func hand(_ line: String, _ consent: ConsentReport) throws -> ConsentReport {
        guard !line.isEmpty else { return consent }
        do throws(ClientFailure) {
            return try client.takeRedirect(consent.account, line)
        } catch .problem(let problem) {
            clear()
            screen.line(problem.detail.plain)
            if let hint = problem.hint { screen.line("hint: \(hint.plain)") }
            return try client.consent(consent.account)
        }
    }

    private func wait(
        _ consent: ConsentReport, _ interruption: Interruption, _ input: CInt?
    ) throws(ClientFailure) -> ConsentReport {
        let began = ContinuousClock.now
        var isShown = false
        func show() {
            let elapsed = Int((ContinuousClock.now - began).components.seconds)
            let left = "\(DurationText.clock(max(0, consent.expiresIn - elapsed))) left"
            let stage = consent.state == .redeeming ? "fetching the token" : left
            let text = "Waiting for your consent, \(stage). Ctrl-C stops."
            let line = screen.paint(text, .dim) + String(repeating: " ", count: max(1, Self.width - text.count))
            if isShown { screen.replaceStart(line) } else { screen.replaceLine(line) }
            isShown = true
        }
        if screen.isTerminal { show() }
        return try client.consent(
            consent.account, wait: min(consent.expiresIn + 1, Self.longest),
            meanwhile: Meanwhile(
                interrupt: interruption.descriptor, input: input, tick: screen.isTerminal ? show : nil))
    }

    /// Cancels the consent and throws the exit code. Returns only if it is too late, because the user has already
    /// consented.
    private func cancel(_ consent: ConsentReport) throws {
        clear()
        if (try? client.cancelConsent(consent.account)) != nil {
            screen.line("Stopped: the consent is cancelled.")
            throw ExitCode(Exit.interrupted.rawValue)
        }
        screen.line("Too late to cancel: you have consented, and the token is being fetched.")
    }

    private func clear() {
        if screen.isTerminal { screen.replaceLine("") }
    }
}
