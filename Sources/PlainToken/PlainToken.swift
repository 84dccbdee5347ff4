import APIConnection
import Glibc

/// The program `valetkey`: prints a token in the plain cases, and leaves everything else to the other commands' program,
/// whose start takes longer than the read.
package enum PlainToken {
    package static func main() -> Never {
        let path = argument(0)
        let own = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[$0...].dropFirst() } ?? path[...]
        guard own == "valetkey",
            let plain = PlainTokenArguments(count: Int(CommandLine.argc) - 1, { argument($0 + 1) }),
            let connection = plain.ask()
        else { OtherCommands.take(nil) }
        guard let text = plain.text(on: connection) else { OtherCommands.take(connection) }
        if let code = StandardStream.write(text, to: STDOUT_FILENO) {
            StandardStream.tell("the output can't be written: \(unsafe String(cString: strerror(code)))")
            exit(1)
        }
        exit(0)
    }

    private static func argument(_ place: Int) -> String {
        guard place < CommandLine.argc, let text = unsafe CommandLine.unsafeArgv[place] else { return "" }
        return unsafe String(cString: text)
    }
}

extension PlainTokenArguments {
    /// How long the answer is awaited here, in milliseconds: the other program tells a person of a longer wait.
    private static let patience: CInt = 1000
    /// The size of the largest answer that is read here, in bytes.
    private static let limit = 32_768

    /// Sends the request. Returns the connection; nil where there is none.
    func ask() -> CInt? {
        let path = socket ?? DefaultSocket.path { unsafe getenv($0).map { unsafe String(cString: $0) } }
        guard let path, let connection = try? DaemonSocket.connect(to: path, patience: 60) else { return nil }
        let request = WireRequest.encode(
            "GET", wish.target(wait: TokenWish.usualWait, at: format == .header ? "authorization" : "token"))
        let sent = unsafe request.withUnsafeBytes {
            unsafe send(connection, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
        }
        // A socket's buffer has room for it. Where the daemon has ended, the other program starts anew.
        if sent == request.count { return connection }
        close(connection)
        return nil
    }

    /// The text to print. nil where the answer isn't plain or takes longer: then nothing of it has been taken from the
    /// connection.
    func text(on connection: CInt) -> [UInt8]? {
        var watched = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&watched, 1, Self.patience) == 1 else { return nil }
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.limit) { buffer, count in
            count = max(
                0, unsafe recv(connection, buffer.baseAddress, buffer.count, CInt(MSG_PEEK) | CInt(MSG_DONTWAIT)))
        }
        var plain = PlainAnswer()
        guard case .whole(let answer) = plain.add(bytes), answer.status == 200 else { return nil }
        var text: [UInt8] = []
        if format == .header {
            guard let authorization = answer.authorization else { return nil }
            text += "Authorization: ".utf8
            text += authorization.utf8
        } else {
            text = answer.body
        }
        for octet in text where octet >= 0x80 { return nil }
        if format.endsWithNewline { text.append(UInt8(ascii: "\n")) }
        return text
    }
}

enum StandardStream {
    /// Returns nil if all was written, else the `errno`.
    static func write(_ bytes: [UInt8], to descriptor: CInt) -> CInt? {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes[done...].withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return errno }
            done += count
        }
        return nil
    }

    /// Says why this program fails.
    static func tell(_ message: String) {
        _ = write(Array("valetkey: \(message)\n".utf8), to: STDERR_FILENO)
    }
}
