import Glibc

/// Lines that a person types while a command waits for something else.
struct TypedLines {
    /// Readable after a line was typed; nil if standard input isn't a terminal or has ended.
    private(set) var descriptor: CInt?

    init() {
        descriptor = isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : nil
    }

    /// Returns the next line; nil if none was typed.
    mutating func next() -> String? {
        guard let descriptor else { return nil }
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&watched, 1, 0) > 0 else { return nil }
        guard let line = readLine() else {
            self.descriptor = nil
            return ""
        }
        return line
    }
}
