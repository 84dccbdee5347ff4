import APIContract
import Console
import FoundationEssentials
import Text

/// The table of `valetkey status`.
struct StatusTable {
    let screen: Terminal
    let now: Date

    private static let barWidth = 10

    func lines(_ reports: [AccountReport]) -> [String] {
        var head = ["ACCOUNT", "PROVIDER", "STATE", "TIME LEFT", "NEXT REFRESH", "CONSENT"]
        let hasUsers = reports.contains { $0.user != nil }
        if hasUsers { head.append("USER") }
        return Columns(screen: screen, head: head).lines(
            reports.map { report in
                let user = hasUsers ? [report.user?.plain ?? "-"] : []
                return Columns.Row(
                    cells(report) + user, colours: [2: colour(report.state)], notes: notes(report))
            })
    }

    private func cells(_ report: AccountReport) -> [String] {
        [
            report.account,
            report.provider ?? report.issuer ?? "-",
            word(report.state),
            timeLeft(report),
            report.nextRefreshIn.map { $0 == 0 ? "now" : "in \(DurationText.short($0))" } ?? "-",
            report.consentedAt.map { "\(DurationText.short(max(0, Int(now.timeIntervalSince($0))))) ago" } ?? "-",
        ]
    }

    private func timeLeft(_ report: AccountReport) -> String {
        guard let seconds = report.expiresIn else { return report.consentedAt == nil ? "-" : "not stated" }
        guard seconds > 0 else { return "expired" }
        guard screen.isTerminal, let lifetime = report.lifetime, lifetime > 0 else {
            return DurationText.short(seconds)
        }
        let full = min(Self.barWidth, (seconds * Self.barWidth + lifetime - 1) / lifetime)
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: Self.barWidth - full)
        return "\(bar) \(DurationText.short(seconds))"
    }

    private func notes(_ report: AccountReport) -> [String] {
        var notes: [String] = []
        if report.unsaved { notes.append(screen.paint("the login isn't saved: it is lost if valetkeyd stops", .red)) }
        if let error = report.lastError {
            notes.append(error.detail.plain)
            if let hint = error.hint { notes.append("hint: \(hint.plain)") }
        }
        notes += ConsentAge.notes(report, now: now)
        if let missing = report.missingScope { notes.append("not granted: \(missing.joined(separator: " "))") }
        if let others = report.sameUserAs { notes.append("the same user consented for \(others.inWords(limit: 3))") }
        if report.state == .noGrant, report.lastError == nil {
            notes.append("hint: run: valetkey login \(report.account)")
        }
        if let url = report.consent?.openURL { notes.append("a consent is pending: open \(url)") }
        return notes.map { "  \(screen.paint("└", .dim)) \($0)" }
    }

    private func word(_ state: AccountState) -> String {
        switch state {
        case .noGrant: "no grant"
        case .consentPending: "consent pending"
        case .active: "active"
        case .refreshing: "refreshing"
        case .retrying: "active, refresh failing"
        case .unavailable: "unavailable"
        case .consentRequired: "consent needed"
        case .configurationError: "configuration error"
        }
    }

    private func colour(_ state: AccountState) -> Colour {
        switch state {
        case .active, .refreshing: .green
        case .noGrant, .consentPending, .retrying: .yellow
        case .unavailable, .consentRequired, .configurationError: .red
        }
    }
}
