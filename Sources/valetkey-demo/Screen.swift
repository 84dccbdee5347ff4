import FoundationEssentials
import Glibc
import Synchronization
import Text

/// The output of the demonstration: plain lines; colour and a status line only on a terminal.
final class Screen: Sendable {
    enum Style: String, Sendable {
        case plain = ""
        case bold = "1"
        case quiet = "2"
        case good = "32"
        case bad = "31"
        case link = "36"
    }

    let isTerminal: Bool
    private let hasColour: Bool
    private let hasStatus = Mutex(false)
    private let isGone = Atomic(false)

    /// Whether the other end of the pipe is closed.
    var isClosed: Bool { isGone.load(ordering: .relaxed) }

    init(isTerminal: Bool, hasColour: Bool) {
        self.isTerminal = isTerminal
        self.hasColour = hasColour
    }

    static func forStandardOutput() -> Screen {
        let environment = ProcessInfo.processInfo.environment
        let isTerminal = isatty(STDOUT_FILENO) == 1 && environment["TERM"] != "dumb"
        return Screen(isTerminal: isTerminal, hasColour: isTerminal && environment["NO_COLOR"]?.isEmpty != false)
    }

    func styled(_ text: String, _ style: Style) -> String {
        hasColour && style != .plain ? "\u{1b}[\(style.rawValue)m\(text)\u{1b}[0m" : text
    }

    func heading(_ number: Int, _ text: String) {
        line("", "\(styled("\(number)", .bold))  \(styled(text, .bold))")
    }

    /// Writes lines, in place of the status line where there is one.
    func line(_ lines: String...) {
        endStatus()
        show(lines.map { $0 + "\n" }.joined())
    }

    /// Writes a line that the next one replaces. Does nothing where the output isn't a terminal.
    func status(_ text: String) {
        guard isTerminal else { return }
        hasStatus.withLock { $0 = true }
        show("\r\u{1b}[K\(styled(text, .quiet))")
    }

    func endStatus() {
        let wasThere = hasStatus.withLock { hasStatus in
            defer { hasStatus = false }
            return hasStatus
        }
        if wasThere { show("\r\u{1b}[K") }
    }

    static func complain(_ text: String) {
        _ = write(text + "\n", to: STDERR_FILENO)
    }

    private func show(_ text: String) {
        if !Self.write(text, to: STDOUT_FILENO) { isGone.store(true, ordering: .relaxed) }
    }

    /// Unbuffered, so that a pipe's reader sees each line immediately.
    private static func write(_ text: String, to descriptor: CInt) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}

/// The time of day in the user's time zone.
enum TimeOfDay {
    static func text(_ date: Date) -> String {
        var seconds = time_t(date.timeIntervalSince1970)
        var parts = unsafe tm()
        guard unsafe localtime_r(&seconds, &parts) != nil else { return "--:--:--" }
        return unsafe [parts.tm_hour, parts.tm_min, parts.tm_sec]
            .map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }
}
