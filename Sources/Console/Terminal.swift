import Failures
import Glibc
import Text

/// A standard stream, for writing text to a person or a result to a script.
package struct Terminal: Sendable {
    package static let output = Terminal(descriptor: STDOUT_FILENO)
    package static let error = Terminal(descriptor: STDERR_FILENO)

    private let descriptor: CInt
    /// Whether the stream is a terminal that knows control sequences.
    package let isTerminal: Bool
    /// False if the stream isn't a terminal or `NO_COLOR` is set.
    package let hasColour: Bool
    package let glyphs: Glyphs
    /// The size in columns and rows, in place of the terminal's own.
    private let size: (columns: Int, rows: Int)?

    package init(
        descriptor: CInt, isTerminal: Bool, hasColour: Bool, size: (columns: Int, rows: Int)? = nil,
        glyphs: Glyphs = .utf8
    ) {
        self.descriptor = descriptor
        self.isTerminal = isTerminal
        self.hasColour = hasColour
        self.size = size
        self.glyphs = glyphs
    }

    private init(descriptor: CInt) {
        let isTerminal = isatty(descriptor) == 1 && !["", "dumb"].contains(ProcessEnvironment["TERM"] ?? "")
        self.init(
            descriptor: descriptor, isTerminal: isTerminal,
            hasColour: isTerminal && (ProcessEnvironment["NO_COLOR"] ?? "").isEmpty,
            glyphs: Glyphs.areUTF8 { ProcessEnvironment[$0] } ? .utf8 : .ascii)
    }

    package func line(_ text: String) { write("\(text)\n") }

    /// Writes a paragraph, wrapped at the terminal's width. `text` has no control characters.
    package func paragraph(_ text: String, first: String = "", further: String? = nil) {
        for piece in Wrapping.lines(text, width: columns, first: first, further: further) { line(piece) }
    }

    /// Writes a hint, as a paragraph.
    package func hint(_ text: String) {
        for line in text.split(separator: "\n") {
            let label = line.hasPrefix(" ") || line.hasPrefix("hint: ") ? "" : "hint: "
            paragraph(label + line.plain, further: "  ")
        }
    }

    /// Replaces the current line by text that is cut to the terminal's width.
    package func replaceLine(_ text: String, _ colour: Colour? = nil) {
        let line = cut(text, to: width - 1)
        write("\r\u{1b}[2K\(colour.map { paint(line, $0) } ?? line)")
    }

    /// The text, or its beginning and a mark where it takes more cells than there are.
    package func cut(_ text: String, to cells: Int) -> String {
        guard text.cells > cells else { return text }
        return text.prefix(cells: max(0, cells - glyphs.cut.cells)) + glyphs.cut
    }

    /// Writes text for a person, unbuffered. Returns false on an error, which callers may ignore: there may be nobody
    /// left to read a message about it.
    @discardableResult
    package func write(_ text: String) -> Bool { put(text) == nil }

    /// Writes a line of the command's result, or text without a newline.
    ///
    /// - Throws: a failure of the command if it can't be written.
    package func result(_ text: String, newline: Bool = true) throws {
        guard let code = put(newline ? "\(text)\n" : text) else { return }
        let reason = unsafe String(cString: strerror(code))
        throw CommandFailure(.outputFailed, "the output can't be written: \(reason)").tell()
    }

    /// Returns nil if all was written, else the `errno`.
    private func put(_ text: String) -> CInt? {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return errno }
            rest = rest.dropFirst(count)
        }
        return nil
    }

    package func paint(_ text: String, _ colour: Colour) -> String {
        hasColour ? "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m" : text
    }

    /// The width to lay text out for: nil where it goes to a file or a program, whose lines have no limit.
    package var columns: Int? { isTerminal ? width : nil }

    package var width: Int { size?.columns ?? measured.columns }

    package var height: Int { size?.rows ?? measured.rows }

    /// The terminal's present size; 80 by 24 where it doesn't tell.
    private var measured: (columns: Int, rows: Int) {
        var size = winsize()
        let isKnown = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0
        return (
            isKnown && size.ws_col > 0 ? Int(size.ws_col) : 80, isKnown && size.ws_row > 0 ? Int(size.ws_row) : 24
        )
    }
}

package enum Colour: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
    case cyan = "36"
}
