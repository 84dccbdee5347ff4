import APIClient
import APIContract
import Console
import Failures
import Text

extension Login {
    /// Prints the outcome.
    ///
    /// - Throws: the failure, if the consent brought no grant.
    func report(_ end: ConsentWait.End) throws {
        let consent = end.consent
        switch consent.state {
        case .granted:
            tell(consent)
            if end.wasTooLate { Terminal.error.hint("to undo this login, run: valetkey logout \(account)") }
        case .refused, .failed:
            throw CommandFailure(
                consent.error?.meansCode ?? .accessDenied, consent.error?.detail ?? "consent was refused",
                hint: consent.error?.hint)
        case .expired, .cancelled, .pending, .redeeming:
            let usual =
                consent.state == .expired
                ? "the consent has expired: nobody answered in time" : "the consent was cancelled"
            // Another login may have replaced this one.
            let replaced = consent.error.flatMap { $0.meansCode == .consentConflict ? $0 : nil }
            throw CommandFailure(
                .consentRequired, replaced?.detail ?? usual, hint: replaced?.hint ?? "run: valetkey login \(account)")
        }
    }

    private func tell(_ consent: ConsentReport) {
        let screen = Terminal.error
        screen.line("\(screen.paint("Consent granted", .green)) for \(account).")
        func fact(_ name: String, _ text: String, _ colour: Colour? = nil) {
            let label = "  \(name)" + String(repeating: " ", count: 10 - name.count)
            screen.paragraph(
                text.plain, first: colour.map { screen.paint(label, $0) } ?? label,
                further: String(repeating: " ", count: label.count))
        }
        if let user = consent.user { fact("user", user) }
        if let others = consent.sameUserAs {
            fact(
                "note",
                "the same user consented for \(others.inWords(limit: 3)); if that is wrong, choose another user: "
                    + "valetkey login \(account)", .yellow)
        }
        if let scope = consent.scope, !scope.isEmpty { fact("scope", scope.joined(separator: " ")) }
        if let missing = consent.missingScope {
            fact("missing", "\(missing.joined(separator: " ")) was not granted", .yellow)
        }
        if let seconds = consent.tokenExpiresIn {
            let isRefreshed = consent.error?.meansCode != .noRefreshToken
            fact("valid", "\(DurationText.short(max(0, seconds)))\(isRefreshed ? ", refreshed automatically" : "")")
        }
        if let warning = consent.error {
            fact("warning", warning.detail, .yellow)
            if let hint = warning.hint { screen.paragraph("hint: \(hint.plain)", first: "  ", further: "    ") }
        }
        screen.line("Read it with: valetkey token \(account)")
    }
}
