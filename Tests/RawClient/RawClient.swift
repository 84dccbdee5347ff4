package import Glibc

/// A blocking client that sends exactly the bytes that a test wants. It gives up after twenty seconds, so that a
/// listener that never answers lets the test fail, not hang.
package final class RawClient: @unchecked Sendable {  // a test has one thread at a time use it
    package enum Address {
        /// `host` is added to 127.0.0.0: 1 is the usual loopback address.
        case ipv4(port: Int, host: UInt32 = 1)
        case ipv6(port: Int)
        case unix(path: String)
    }

    package struct Failure: Error, CustomStringConvertible {
        package let call: String
        package let code: CInt
        package var description: String { "\(call): errno \(code)" }
    }

    private let descriptor: CInt
    private var unread: ArraySlice<UInt8> = []

    /// Connects. `receiveBuffer` is the size of the kernel's receive buffer in bytes; nil leaves it to the kernel. With
    /// `owner`, which only root can use, the kernel reports the TCP socket as that user's.
    package init(_ address: Address, receiveBuffer: CInt? = nil, owner: uid_t? = nil) throws(Failure) {
        let family =
            switch address {
            case .ipv4: AF_INET
            case .ipv6: AF_INET6
            case .unix: AF_UNIX
            }
        descriptor = Glibc.socket(family, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw Failure(call: "socket", code: errno) }
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        if var bytes = receiveBuffer {
            _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &bytes, socklen_t(MemoryLayout<CInt>.size))
        }
        if let owner {
            guard fchown(descriptor, owner, gid_t.max) == 0 else { throw Failure(call: "fchown", code: errno) }
        }
        // A throw runs `deinit`, which closes the descriptor: a second close could hit one that another test has
        // opened.
        guard connect(address) == 0 else { throw Failure(call: "connect", code: errno) }
    }

    deinit { _ = Glibc.close(descriptor) }

    /// Sends all of the text.
    package func send(_ text: String) throws(Failure) {
        try send(Array(text.utf8))
    }

    package func send(_ bytes: [UInt8]) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = unsafe rest.withUnsafeBytes { unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, noSignal) }
            guard sent > 0 else { throw Failure(call: "send", code: errno) }
            rest = rest.dropFirst(sent)
        }
    }

    /// Sends this piece repeatedly, until the other end, which isn't read from, accepts no more.
    ///
    /// - Returns: The number of bytes that were accepted, at most `limit`.
    package func flood(_ bytes: [UInt8], limit: Int) -> Int {
        var patience = timeval(tv_sec: 0, tv_usec: 300_000)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        var total = 0
        while total < limit {
            let sent = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, noSignal)
            }
            guard sent > 0 else { break }
            total += sent
        }
        return total
    }

    /// Closes the sending side.
    package func finishSending() {
        _ = shutdown(descriptor, CInt(SHUT_WR))
    }

    /// Disconnects at once, even if a process that is being started still has a copy of the descriptor.
    package func hangUp() {
        _ = shutdown(descriptor, CInt(SHUT_RDWR))
    }

    /// Resets the connection, as happens when a program is killed that has unread bytes.
    package func resetAtEnd() {
        var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    }

    /// Reads an answer; nil where the connection ended before its first byte. The answer to HEAD has no body.
    package func read(hasBody: Bool = true) throws(Failure) -> RawAnswer? {
        if unread.isEmpty { guard try receive() else { return nil } }
        var answer = try readHead()
        guard hasBody else { return answer }
        if answer["transfer-encoding"] == "chunked" {
            while let chunk = try readChunk() { answer.body += chunk }
        } else {
            let length = answer["content-length"].flatMap { Int($0) } ?? 0
            let body = try take("short body") { $0.count < length ? nil : $0.startIndex + length }
            answer.body = String(decoding: body, as: UTF8.self)
        }
        return answer
    }

    /// Reads the head of an answer.
    package func readHead() throws(Failure) -> RawAnswer {
        let head = try take("short head") { $0.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound }
        return RawAnswer(head: String(decoding: head.dropLast(4), as: UTF8.self))
    }

    /// Reads a chunk of a body; nil at the end.
    package func readChunk() throws(Failure) -> String? {
        let line = try take("short chunk") { $0.firstRange(of: Array("\r\n".utf8))?.upperBound }
        let length = Int(String(decoding: line.dropLast(2), as: UTF8.self), radix: 16) ?? 0
        let chunk = try take("short chunk") { $0.count < length + 2 ? nil : $0.startIndex + length + 2 }
        return length == 0 ? nil : String(decoding: chunk.dropLast(2), as: UTF8.self)
    }

    /// Reads until the other end closes the connection.
    package func readToEnd() throws(Failure) -> String {
        while try receive() {}
        defer { unread = [] }
        return String(decoding: unread, as: UTF8.self)
    }

    /// Reads until `end` finds an index, and returns the bytes before that.
    private func take(
        _ what: String, until end: (ArraySlice<UInt8>) -> Int?
    ) throws(Failure) -> ArraySlice<UInt8> {
        while true {
            if let end = end(unread) {
                defer { unread = unread[end...] }
                return unread[..<end]
            }
            guard try receive() else { throw Failure(call: what, code: 0) }
        }
    }

    /// Whether the other end closes the connection without sending anything more.
    package func isEnded() throws(Failure) -> Bool {
        guard unread.isEmpty else { return false }
        return try !receive()
    }

    /// Whether anything has arrived from the other end, including its end.
    package var hasArrival: Bool {
        var input = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return !unread.isEmpty || (unsafe poll(&input, 1, 0)) != 0
    }

    /// Sends one request and reads its answer.
    package func ask(_ request: String, hasBody: Bool = true) throws(Failure) -> RawAnswer? {
        try send(request)
        return try read(hasBody: hasBody)
    }

    private let noSignal = CInt(MSG_NOSIGNAL)

    private func receive() throws(Failure) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe recv(descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw Failure(call: "recv", code: errno) }
        unread += bytes[..<count]
        return count > 0
    }

    private func connect(_ address: Address) -> CInt {
        switch address {
        case .ipv4(let port, let host):
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = in_port_t(port).bigEndian
            name.sin_addr.s_addr = in_addr_t(0x7F00_0000 + host).bigEndian
            return connect(&name)
        case .ipv6(let port):
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = in_port_t(port).bigEndian
            name.sin6_addr = in6addr_loopback
            return connect(&name)
        case .unix(let path):
            var name = sockaddr_un()
            name.sun_family = sa_family_t(AF_UNIX)
            unsafe withUnsafeMutableBytes(of: &name.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
            return connect(&name)
        }
    }

    private func connect<Name>(_ name: inout Name) -> CInt {
        unsafe withUnsafePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe Glibc.connect(descriptor, address, socklen_t(MemoryLayout<Name>.size))
            }
        }
    }
}
