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
        let header = ["ACCOUNT", "PROVIDER", "STATE", "TIME LEFT", "NEXT REFRESH", "CONSENT"]
        let rows = reports.map(cells)
        let widths = header.indices.map { column in
            ([header] + rows).map { $0[column].count }.max() ?? 0
        }
        var lines = [screen.paint(row(header, widths), .dim)]
        for (report, cells) in zip(reports, rows) {
            lines.append(row(cells, widths, colour: (column: 2, colour(report.state))))
            lines += notes(report)
        }
        return lines
    }

    private func cells(_ report: AccountReport) -> [String] {
        [
            report.account,
            report.provider ?? report.issuer ?? "-",
            word(report.state),
            timeLeft(report),
            report.nextRefreshIn.map { $0 == 0 ? "now" : "in \(Spans.short($0))" } ?? "-",
            report.consentedAt.map { "\(Spans.short(max(0, Int(now.timeIntervalSince($0))))) ago" } ?? "-",
        ]
    }

    private func row(_ cells: [String], _ widths: [Int], colour: (column: Int, Colour)? = nil) -> String {
        let padded = zip(cells, widths).enumerated().map { column, cell in
            let text = cell.0 + String(repeating: " ", count: cell.1 - cell.0.count)
            return column == colour?.column ? screen.paint(text, colour?.1 ?? .bold) : text
        }
        var line = padded.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
    }

    private func timeLeft(_ report: AccountReport) -> String {
        guard let seconds = report.expiresIn else { return "-" }
        guard seconds > 0 else { return "expired" }
        guard screen.isTerminal, let lifetime = report.lifetime, lifetime > 0 else { return Spans.short(seconds) }
        let full = min(Self.barWidth, (seconds * Self.barWidth + lifetime - 1) / lifetime)
        let bar = String(repeating: "█", count: full) + String(repeating: "░", count: Self.barWidth - full)
        return "\(bar) \(Spans.short(seconds))"
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
