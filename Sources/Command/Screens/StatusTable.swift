import APIContract
import Console
import FoundationEssentials
import Text

/// The table of `valetkey status`: what decides on one line, and the rest below it.
struct StatusTable {
    let screen: Terminal
    let now: Date

    /// What the lines tell, from all to the least that a narrow terminal has room for.
    private enum Form: CaseIterable {
        case barTimeAndSpan, timeAndSpan, span
    }

    private static let barWidth = 10
    private static let head = ["ACCOUNT", "STATE", "EXPIRES", "NEXT REFRESH"]

    func lines(_ reports: [AccountReport]) -> [String] {
        let columns = Columns(screen: screen, head: Self.head)
        let forms = screen.isTerminal ? Form.allCases : [.timeAndSpan]
        let tables = forms.lazy.map { form in reports.flatMap { rows($0, form) } }
        return columns.lines(tables.first(where: columns.fits) ?? reports.flatMap { rows($0, .timeAndSpan) })
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

    private func rows(_ report: AccountReport, _ form: Form) -> [Columns.Row] {
        let health = AccountHealth(report)
        let own = Columns.Row(
            [
                report.account, health.word,
                expiry(report.expiresAt, report.expiresIn, report.lifetime, isStated: report.consentedAt == nil, form),
                Self.nextRefresh(report.nextRefreshIn),
            ],
            colours: [1: health.colour], notes: notes(report))
        return [own] + (report.tokens ?? []).map { row($0, of: report, form) }
    }

    /// The row of a further token, which begins with the account's name.
    private func row(_ token: TokenReport, of report: AccountReport, _ form: Form) -> Columns.Row {
        let name =
            token.token.map { "/\($0)" } ?? " (\((token.scope + (token.resource ?? [])).joined(separator: " ").plain))"
        let cells = [
            report.account + name, Self.word(token.state),
            expiry(token.expiresAt, token.expiresIn, nil, isStated: token.state != .active, form),
            Self.nextRefresh(token.nextRefreshIn),
        ]
        return Columns.Row(
            cells, colours: [1: Self.colour(token.state)], notes: token.lastError.map(StatusNotes.lines) ?? [])
    }

    /// When a token expires: by the clock, and in how long.
    private func expiry(_ at: Date?, _ seconds: Int?, _ lifetime: Int?, isStated: Bool, _ form: Form) -> String {
        guard let seconds else { return isStated ? "-" : "not stated" }
        guard seconds > 0 else { return "expired" }
        let span = DurationText.short(seconds)
        guard form != .span else { return span }
        let time = LocalTime.short(at ?? now + Double(seconds), now: now)
        let text = "\(time) (\(span))"
        guard form == .barTimeAndSpan, let lifetime, lifetime > 0 else { return text }
        let full = min(Self.barWidth, (seconds * Self.barWidth + lifetime - 1) / lifetime)
        let bar =
            String(repeating: screen.glyphs.barFull, count: full)
            + String(repeating: screen.glyphs.barEmpty, count: Self.barWidth - full)
        return "\(bar) \(text)"
    }

    private static func nextRefresh(_ seconds: Int?) -> String {
        seconds.map { $0 == 0 ? "now" : "in \(DurationText.short($0))" } ?? "-"
    }

    private func notes(_ report: AccountReport) -> [Columns.Note] {
        StatusNotes(report: report, now: now, dot: screen.glyphs.dot).notes
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
}
