import Failures
import Glibc
import Text

/// Takes a passphrase from a person without showing it, or a line of standard input where that is no terminal.
package enum Passphrase {
    private static let limit = 1024

    /// - Throws: a failure of the command where there is none.
    package static func ask(_ prompt: String) throws(CommandFailure) -> String {
        guard isatty(STDIN_FILENO) == 1 else { return try checked(readLine()) }
        return try checked(try readHidden(prompt))
    }

    /// Takes a secret from the terminal without showing it; nil where the answer is empty.
    package static func askHidden(_ prompt: String) throws(CommandFailure) -> String? {
        try readHidden(prompt).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Asks a person twice.
    package static func askForNew() throws(CommandFailure) -> String {
        guard isatty(STDIN_FILENO) == 1 else { return try ask("") }
        Terminal.error.line(
            "No passphrase is set yet. It can't be recovered: without it all accounts must log in again.")
        return try repeated(try ask("New passphrase: "))
    }

    /// Asks a person for another passphrase; nil where the answer is empty, or standard input has no further line.
    package static func askForChange() throws(CommandFailure) -> String? {
        guard isatty(STDIN_FILENO) == 1 else { return readLine().flatMap { $0.isEmpty ? nil : $0 } }
        guard let first = try readHidden("New passphrase (empty: keep it): "), !first.isEmpty else { return nil }
        return try repeated(first)
    }

    private static func repeated(_ first: String) throws(CommandFailure) -> String {
        guard try readHidden("Once more: ") == first else {
            throw CommandFailure("the two differ, and nothing was changed", exit: .usage)
        }
        return first
    }

    private static func checked(_ line: String?) throws(CommandFailure) -> String {
        guard let line, !line.isEmpty else { throw CommandFailure("no passphrase was given", exit: .usage) }
        guard line.utf8.count <= limit else {
            throw CommandFailure("a passphrase has at most \(limit) octets", exit: .usage)
        }
        return line
    }

    /// Reads a line from the terminal with echo turned off; nil at its end. A signal that ends the command turns echo on
    /// again first.
    private static func readHidden(_ prompt: String) throws(CommandFailure) -> String? {
        var shown = termios()
        guard unsafe tcgetattr(STDIN_FILENO, &shown) == 0 else { throw CommandFailure("no terminal", exit: .other) }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        let signals = StopSignals.watch()
        _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        Terminal.error.write(prompt)
        let line = readOctets(signals)
        _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
        signals.end()
        Terminal.error.line("")
        guard let line else { throw CommandFailure("stopped", exit: .interrupted) }
        return line.isEmpty ? nil : String(decoding: line.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// The octets of a line with its newline, fewer at the end of the input; nil where a signal came.
    private static func readOctets(_ signals: StopSignals) -> [UInt8]? {
        var line: [UInt8] = []
        var octet: UInt8 = 0
        while line.last != UInt8(ascii: "\n") {
            var watched = [signals.descriptor, STDIN_FILENO].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            if unsafe poll(&watched, 2, -1) < 0, errno == EINTR { continue }
            if watched[0].revents != 0 { return nil }
            let count = unsafe read(STDIN_FILENO, &octet, 1)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            line.append(octet)
        }
        return line
    }
}
