import APIContract
import Console
import FoundationEssentials
import Text

/// The table of a watch on a terminal, drawn over itself: each drawing is one write, so that nothing flickers.
final class WatchScreen: WatchDisplay {
    private let screen: Terminal
    private let lines: ([AccountReport], Date) -> [String]
    private var reports: [AccountReport] = []
    private var seen = Date()
    private var notice: String?
    /// What is on the screen now.
    private var shown: [String] = []
    private var typed: TypedText?

    let changesWithTime = true

    private static let hideCursor = "\u{1b}[?25l"
    private static let showCursor = "\u{1b}[?25h"
    private static let clearLine = "\u{1b}[K"
    private static let clearBelow = "\u{1b}[J"

    /// `lines` makes the table, given the accounts and the time.
    init(screen: Terminal, lines: @escaping ([AccountReport], Date) -> [String]) {
        self.screen = screen
        self.lines = lines
    }

    func begin() {
        // What is typed would be echoed into the table.
        typed = TypedText.begin()
        screen.write(Self.hideCursor)
    }

    func end() {
        screen.write(Self.showCursor)
        typed?.end()
    }

    func show(_ reports: [AccountReport], after change: EventReport?) {
        (self.reports, seen, notice) = (reports, Date(), nil)
        draw()
    }

    func lose(_ failure: CommandFailure, pause: Int) {
        notice = "\(failure.message); next try in \(DurationText.short(pause))"
        draw()
    }

    func tick() { draw() }

    private func draw() {
        let now = Date()
        let passed = max(0, Int(now.timeIntervalSince(seen)))
        let table = lines(reports.map { $0.aged(by: passed) }, now)
        let warning =
            notice.map { Wrapping.lines($0.plain, width: screen.columns).map { screen.paint($0, .red) } } ?? []
        let all = fitting(table + warning)
        let above = shown.reduce(0) { $0 + rows($1) }
        let up = above > 0 ? "\u{1b}[\(above)A\r" : "\r"
        screen.write(up + all.map { "\($0)\(Self.clearLine)\n" }.joined() + Self.clearBelow)
        shown = all
    }

    /// The lines for which there are rows: a drawing that has scrolled couldn't be drawn over.
    private func fitting(_ all: [String]) -> [String] {
        var left = screen.height - 1
        let fitting = all.prefix { line in
            left -= rows(line)
            return left >= 0
        }
        guard fitting.count < all.count, !fitting.isEmpty else { return Array(fitting) }
        let hidden = all.count - fitting.count + 1
        return fitting.dropLast() + [screen.cut("\(hidden) more lines: this window is too small", to: screen.width)]
    }

    /// The rows that a line takes in a window of the present width.
    private func rows(_ line: String) -> Int { max(1, (line.cells + screen.width - 1) / max(1, screen.width)) }
}

extension AccountReport {
    /// The report as it would be some seconds later, if nothing happens.
    func aged(by seconds: Int) -> AccountReport {
        var report = self
        report.expiresIn = expiresIn.map { $0 - seconds }
        report.nextRefreshIn = nextRefreshIn.map { max(0, $0 - seconds) }
        report.tokens = tokens?.map { token in
            var token = token
            token.expiresIn = token.expiresIn.map { $0 - seconds }
            token.nextRefreshIn = token.nextRefreshIn.map { max(0, $0 - seconds) }
            return token
        }
        return report
    }
}
