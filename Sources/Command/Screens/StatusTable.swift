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
            reports.flatMap { report in
                let own = Columns.Row(
                    cells(report) + further.map { $0.cell(report)?.plain ?? "-" },
                    colours: [2: Self.colour(report.state)], notes: notes(report))
                return [own] + (report.tokens ?? []).map { row($0, of: report, furtherCells: further.count) }
            })
    }

    /// The row of a further token, which begins with the account's name.
    private func row(_ token: TokenReport, of report: AccountReport, furtherCells: Int) -> Columns.Row {
        let name =
            token.token.map { "/\($0)" } ?? " (\((token.scope + (token.resource ?? [])).joined(separator: " ").plain))"
        let cells = [
            report.account + name, "-", Self.word(token.state), timeLeft(token), Self.nextRefresh(token.nextRefreshIn),
            "-",
        ]
        var notes: [String] = []
        if let error = token.lastError {
            notes.append(error.detail.plain)
            if let hint = error.hint { notes.append("hint: \(hint.plain)") }
        }
        return Columns.Row(
            cells + Array(repeating: "-", count: furtherCells), colours: [2: Self.colour(token.state)],
            notes: notes.map(note))
    }

    private func timeLeft(_ token: TokenReport) -> String {
        guard let seconds = token.expiresIn else { return token.state == .active ? "not stated" : "-" }
        return seconds > 0 ? DurationText.short(seconds) : "expired"
    }

    private static func nextRefresh(_ seconds: Int?) -> String {
        seconds.map { $0 == 0 ? "now" : "in \(DurationText.short($0))" } ?? "-"
    }

    private func note(_ text: String) -> String { "  \(screen.paint("└", .dim)) \(text)" }

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
            Self.nextRefresh(report.nextRefreshIn),
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
        notes += SecretAge.notes(report, now: now)
        if let missing = report.missingScope { notes.append("not granted: \(missing.joined(separator: " "))") }
        if let others = report.sameUserAs { notes.append("the same user consented for \(others.inWords(limit: 3))") }
        if report.state == .noGrant, report.lastError == nil {
            notes.append("hint: run: valetkey login \(report.account)")
        }
        for file in report.tokenFiles ?? [] {
            guard let error = file.lastError else { continue }
            notes.append(error.detail.plain)
            if let hint = error.hint { notes.append("hint: \(hint.plain)") }
        }
        if let url = report.consent?.openURL { notes.append("a consent is pending: open \(url.plain)") }
        return notes.map(note)
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
        case .locked: "locked"
        }
    }

    private static func word(_ state: TokenReport.State) -> String {
        switch state {
        case .none: "none yet"
        case .active: "active"
        case .unavailable: "unavailable"
        case .refused: "refused"
        }
    }

    private static func colour(_ state: TokenReport.State) -> Colour {
        switch state {
        case .active: .green
        case .none: .yellow
        case .unavailable, .refused: .red
        }
    }

    private static func colour(_ state: AccountState) -> Colour {
        switch state {
        case .active, .refreshing: .green
        case .noGrant, .consentPending, .retrying, .locked: .yellow
        case .unavailable, .consentRequired, .configurationError: .red
        }
    }
}
