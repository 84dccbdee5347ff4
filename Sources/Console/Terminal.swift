import Failures
import Glibc

/// A standard stream, for writing text to a person or a result to a script.
package struct Terminal: Sendable {
    package static let output = Terminal(descriptor: STDOUT_FILENO)
    package static let error = Terminal(descriptor: STDERR_FILENO)

    private let descriptor: CInt
    package let isTerminal: Bool
    /// False if the stream isn't a terminal or `NO_COLOR` is set.
    package let hasColour: Bool

    package init(descriptor: CInt, isTerminal: Bool, hasColour: Bool) {
        self.descriptor = descriptor
        self.isTerminal = isTerminal
        self.hasColour = hasColour
    }

    private init(descriptor: CInt) {
        let isTerminal = isatty(descriptor) == 1 && ProcessEnvironment["TERM"] != "dumb"
        self.init(
            descriptor: descriptor, isTerminal: isTerminal,
            hasColour: isTerminal && (ProcessEnvironment["NO_COLOR"] ?? "").isEmpty)
    }

    package func line(_ text: String) { write("\(text)\n") }

    /// Replaces the current line.
    package func replaceLine(_ text: String) { write("\r\u{1b}[2K\(text)") }

    /// Replaces the start of the current line. What was typed after it remains, provided that the text has the same
    /// length as before.
    package func replaceStart(_ text: String) { write("\u{1b}7\r\(text)\u{1b}8") }

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

    package var width: Int {
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
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
