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
        // Optional columns, which appear only if at least one account has a value.
        let further: [(head: String, cell: (AccountReport) -> String?)] = [
            ("USER", { $0.user }), ("LABEL", { $0.label }),
        ].filter { column in reports.contains { column.1($0) != nil } }
        head += further.map(\.head)
        return Columns(screen: screen, head: head).lines(
            reports.map { report in
                Columns.Row(
                    cells(report) + further.map { $0.cell(report)?.plain ?? "-" },
                    colours: [2: Self.colour(report.state)], notes: notes(report))
            })
    }

    /// One table for each group, below the group's name.
    func lines(_ reports: [AccountReport], by grouping: StatusGrouping) -> [String] {
        let groups = Dictionary(grouping: reports) { grouping.name(of: $0) ?? "-" }.sorted { $0.key < $1.key }
        return groups.enumerated().flatMap { index, group in
            let count = group.value.count == 1 ? "1 account" : "\(group.value.count) accounts"
            let title = screen.paint("\(group.key.plain) (\(count))", .bold)
            return (index > 0 ? [""] : []) + [title] + lines(group.value)
        }
    }

    private func cells(_ report: AccountReport) -> [String] {
        [
            report.account,
            report.provider ?? report.issuer ?? "-",
            Self.word(report.state),
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
        if let url = report.consent?.openURL { notes.append("a consent is pending: open \(url.plain)") }
        return notes.map { "  \(screen.paint("└", .dim)) \($0)" }
    }

    static func word(_ state: AccountState) -> String {
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

    private static func colour(_ state: AccountState) -> Colour {
        switch state {
        case .active, .refreshing: .green
        case .noGrant, .consentPending, .retrying: .yellow
        case .unavailable, .consentRequired, .configurationError: .red
        }
    }
}
