import Console
import Synchronization

/// The output of the demonstration: lines, and a status line that the next output replaces.
final class Screen: Sendable {
    private let terminal: Terminal
    private let hasStatus = Mutex(false)
    private let isGone = Atomic(false)

    /// Whether the reader of the output has closed its end.
    var isClosed: Bool { isGone.load(ordering: .relaxed) }
    var isTerminal: Bool { terminal.isTerminal }

    init(_ terminal: Terminal) {
        self.terminal = terminal
    }

    /// - Throws: `Closed` where nobody can see the output any more.
    func checkOpen() throws(Closed) {
        if isClosed { throw Closed() }
    }

    struct Closed: Error {}

    func styled(_ text: String, _ colour: Colour) -> String { terminal.paint(text, colour) }

    func heading(_ number: Int, _ text: String) {
        line("", "\(styled("\(number)", .bold))  \(styled(text, .bold))")
    }

    /// Writes lines, which replace the status line where there is one.
    func line(_ lines: String...) {
        endStatus()
        show(lines.map { $0 + "\n" }.joined())
    }

    /// Writes a paragraph behind so many blanks, wrapped at the terminal's width.
    func paragraph(_ text: String, indent: Int) {
        let blanks = String(repeating: " ", count: indent)
        line(Wrapping.lines(text, width: terminal.columns, first: blanks).joined(separator: "\n"))
    }

    /// Writes a status line. Does nothing where the output isn't a terminal.
    func status(_ text: String) {
        guard isTerminal else { return }
        hasStatus.withLock { $0 = true }
        terminal.replaceLine(text, .dim)
    }

    func endStatus() {
        let wasThere = hasStatus.withLock { hasStatus in
            defer { hasStatus = false }
            return hasStatus
        }
        if wasThere { terminal.replaceLine("") }
    }

    private func show(_ text: String) {
        if !terminal.write(text) { isGone.store(true, ordering: .relaxed) }
    }
}
