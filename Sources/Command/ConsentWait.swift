import APIClient
import APIContract
import ArgumentParser
import Console
import Failures
import Glibc
import Text

/// Waits for the end of a consent. On a terminal a line shows the time left, and takes what the person types or pastes.
/// One request to the daemon waits for the end; a second one is needed only if the first returns too early.
struct ConsentWait {
    /// What the line asks for.
    enum Prompt {
        /// The browser brings the response; an error code may be typed.
        case errorCode
        /// The response is to be pasted.
        case response
    }

    /// How a consent has ended for its person.
    struct End {
        var consent: ConsentReport
        /// Whether Ctrl-C came when it was too late for it.
        var wasTooLate = false
    }

    private let client: SocketClient
    private let signals: StopSignals
    private let prompt: Prompt
    private let screen = Terminal.error

    /// The longest wait, in seconds, that the daemon allows.
    private static let longest = 3600

    init(client: SocketClient, signals: StopSignals, prompt: Prompt = .errorCode) {
        self.client = client
        self.signals = signals
        self.prompt = prompt
    }

    /// Waits until the consent is over. A signal leaves it; where it is too late for that, a second Ctrl-C ends the
    /// command.
    ///
    /// - Throws: `LoginSkipped` at the end of the input, a failure of the daemon, or the exit code after a signal.
    func untilOver(_ consent: ConsentReport) throws -> End {
        let typed = TypedText.begin()
        if typed != nil, prompt == .errorCode {
            screen.paragraph("If the page there shows an error code, such as AADSTS50011, type it here.")
        }
        defer { typed?.end() }
        var pasted = PastedTexts(account: consent.account, wantsResponse: prompt == .response)
        var end = End(consent: consent)
        while !end.consent.state.isOver {
            do throws(ClientFailure) {
                end.consent = try wait(end.consent, typed, pasted.question)
            } catch .interrupted {
                if let event = typed?.next() {
                    end.consent = try take(event, end.consent, &pasted)
                    continue
                }
                clear()
                let number = signals.take()
                if end.wasTooLate { throw Interruption.late(consent.account, number) }
                try Interruption.leave(consent.account, client, number)
                guard number == SIGINT else { throw Interruption.late(consent.account, number) }
                screen.line("Too late to cancel: you have consented, and the token is being fetched.")
                end.wasTooLate = true
            } catch {
                clear()
                throw error
            }
        }
        clear()
        return end
    }

    /// Handles what was typed, and returns the consent as it is afterwards.
    private func take(
        _ event: TypedInput.Event, _ consent: ConsentReport, _ pasted: inout PastedTexts
    ) throws -> ConsentReport {
        switch event {
        case .line(let line):
            clear()
            return try pasted.take(line, consent, client, signals)
        case .end:
            guard prompt == .response else { return consent }
            clear()
            _ = try? client.leaveConsent(consent.account)
            throw LoginSkipped()
        case .hangUp:
            try Interruption.leave(consent.account, client, SIGHUP)
            throw Interruption.late(consent.account, SIGHUP)
        }
    }

    private func wait(
        _ consent: ConsentReport, _ typed: TypedText?, _ question: String?
    ) throws(ClientFailure) -> ConsentReport {
        let began = ContinuousClock.now
        let show = {
            let elapsed = Int((ContinuousClock.now - began).components.seconds)
            let left = DurationText.clock(max(0, consent.expiresIn - elapsed))
            self.show(question ?? self.words(consent, left: left), short: "\(left)>", typed?.shown ?? "")
        }
        if screen.isTerminal { show() }
        return try client.consent(
            consent.account, wait: min(consent.expiresIn + 1, Self.longest),
            meanwhile: Meanwhile(
                interrupt: signals.descriptor, input: typed?.descriptor, take: { typed?.read() ?? true },
                tick: screen.isTerminal ? show : nil))
    }

    private func words(_ consent: ConsentReport, left: String) -> String {
        if consent.state == .redeeming { return "Fetching the token. Ctrl-C stops." }
        return prompt == .response ? "\(left) left> " : "Waiting for your consent, \(left) left. Ctrl-C stops."
    }

    /// Draws the line: the prompt, or its short form where there is little room, and the end of what was typed.
    private func show(_ prompt: String, short: String, _ typed: String) {
        guard !typed.isEmpty else { return screen.replaceLine(prompt, .dim) }
        let prompt = prompt.cells + Self.room > screen.width ? short : prompt
        let room = max(1, screen.width - prompt.cells - 2)
        screen.replaceLine("\(prompt) \(typed.suffix(cells: room))")
    }

    /// The cells that what was typed needs at least.
    private static let room = 24

    private func clear() {
        if screen.isTerminal { screen.replaceLine("") }
    }
}
