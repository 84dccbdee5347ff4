import Glibc
import Text

/// What a person types at a terminal while the command waits for something else as well. The command shows it itself: the
/// terminal neither echoes nor limits the length of a line, which it would cut at 4,096 octets.
package final class TypedText {
    package let descriptor = STDIN_FILENO
    private var input = TypedInput()
    private var events: [TypedInput.Event] = []
    private var before: termios

    /// How long to wait, in milliseconds, for more of a paste that the terminal doesn't bracket.
    private static let pause: CInt = 50

    /// Nil where standard input or standard error is no terminal that knows control sequences.
    package static func begin() -> TypedText? {
        var before = termios()
        guard Terminal.error.isTerminal, isatty(STDIN_FILENO) == 1,
            unsafe tcgetattr(STDIN_FILENO, &before) == 0
        else { return nil }
        return TypedText(before)
    }

    private init(_ before: termios) {
        self.before = before
        var typing = before
        typing.c_lflag &= ~tcflag_t(ICANON | ECHO)
        _ = unsafe tcsetattr(STDIN_FILENO, TCSADRAIN, &typing)
        Terminal.error.write(TypedInput.bracketsOn)
    }

    /// Gives the terminal back as it was. What was typed and not read is dropped, so that no shell runs it.
    package func end() {
        Terminal.error.write(TypedInput.bracketsOff)
        _ = unsafe tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
    }

    /// The line so far, as it is shown.
    package var shown: String { input.text.plain }

    /// Reads what was typed. Returns whether there is an event for `next`.
    package func read() -> Bool {
        var piece: [UInt8] = []
        repeat {
            var octets = [UInt8](repeating: 0, count: 4096)
            let count = unsafe Glibc.read(descriptor, &octets, octets.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                // With a terminal in this mode, only a hangup ends the input.
                events.append(.hangUp)
                return true
            }
            piece += octets[..<count]
        } while TypedInput.mayGoOn(piece) && isMoreThere
        events += input.take(piece)
        return !events.isEmpty
    }

    private var isMoreThere: Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&watched, 1, Self.pause) > 0 && watched.revents & Int16(POLLIN) != 0
    }

    /// The next line, or the end of the input; nil if there is none yet.
    package func next() -> TypedInput.Event? { events.isEmpty ? nil : events.removeFirst() }
}
