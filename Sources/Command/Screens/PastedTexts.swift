import APIClient
import APIContract
import Console
import Failures
import Text

/// What a person has pasted or typed for one consent. The daemon judges it; only a bare code needs a second look, because
/// it could be anything else that was in the clipboard.
struct PastedTexts {
    private let account: String
    /// Whether the response itself is awaited, and not only an error code.
    private let wantsResponse: Bool
    /// The texts that were no response, which may be parts of one that was broken over several lines.
    private var before: [String] = []
    /// What is sent as the code if the person says so.
    private var candidate: String?

    init(account: String, wantsResponse: Bool) {
        self.account = account
        self.wantsResponse = wantsResponse
    }

    /// What the next line answers; nil where it is another text.
    var question: String? { candidate == nil ? nil : "Use it as the authorization code? [y/N]" }

    /// Sends a text to the daemon, and returns the consent as it is afterwards. An empty one changes nothing.
    mutating func take(
        _ text: String, _ consent: ConsentReport, _ client: SocketClient, _ signals: StopSignals
    ) throws -> ConsentReport {
        if let candidate {
            self.candidate = nil
            guard ["y", "yes"].contains(text.unblanked.lowercased()) else { return consent }
            return try send(candidate, takesCode: true, consent, client, signals)
        }
        guard !text.unblanked.isEmpty else { return consent }
        return try send(text, takesCode: false, consent, client, signals)
    }

    private mutating func send(
        _ text: String, takesCode: Bool, _ consent: ConsentReport, _ client: SocketClient, _ signals: StopSignals
    ) throws -> ConsentReport {
        let meanwhile = Meanwhile(interrupt: signals.descriptor)
        do throws(ClientFailure) {
            return try client.takeRedirect(
                account, PastedRedirect(redirect: text, takesCode: takesCode), meanwhile: meanwhile)
        } catch .problem(let problem) {
            if wantsResponse, problem.code != .bareCode, !before.isEmpty {
                let whole = PastedRedirect(redirect: (before + [text]).joined(separator: "\n"), takesCode: false)
                if let end = try? client.takeRedirect(account, whole, meanwhile: meanwhile) { return end }
            }
            before.append(text)
            tell(problem, text)
            return try client.consent(account)
        } catch .interrupted {
            // The wait for the end, which follows, sees the same signal.
            return try client.consent(account)
        }
    }

    private mutating func tell(_ problem: Problem, _ text: String) {
        let screen = Terminal.error
        screen.paragraph(problem.detail.plain)
        guard problem.code == .bareCode else {
            if let hint = problem.hint { screen.hint(hint) }
            return
        }
        if wantsResponse {
            candidate = text
        } else {
            screen.hint("to paste a code, run: valetkey login \(account) --paste")
        }
    }
}
