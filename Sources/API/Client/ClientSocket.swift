import Glibc

/// A connected Unix socket with time limits.
struct ClientSocket: ~Copyable {
    private let descriptor: CInt

    /// Connects to a daemon of this user or of root. To anybody else's nothing is sent, and nothing is read from it.
    init(path: String, patience: Int) throws(ClientFailure) {
        descriptor = try Self.connected(path, patience)
    }

    private static func connected(_ path: String, _ patience: Int) throws(ClientFailure) -> CInt {
        var address = sockaddr_un()
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .notReachable(path: path, reason: "the path is too long for a socket")
        }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .notReachable(path: path, reason: reason) }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else {
            let reason = reason
            close(descriptor)
            throw .notReachable(path: path, reason: reason)
        }
        let owner = owner(of: descriptor)
        guard owner == geteuid() || owner == 0 else {
            close(descriptor)
            throw .foreignDaemon(path: path, user: owner)
        }
        return descriptor
    }

    /// The user whose process listens at the other end: nil where the kernel doesn't say.
    private static func owner(of descriptor: CInt) -> uid_t? {
        // `struct ucred` of unix(7).
        var peer: (process: pid_t, user: uid_t, group: gid_t) = (0, uid_t.max, 0)
        var size = socklen_t(MemoryLayout.size(ofValue: peer))
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 else { return nil }
        return peer.user
    }

    deinit {
        close(descriptor)
    }

    func write(_ bytes: [UInt8]) throws(ClientFailure) {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes[done...].withUnsafeBytes {
                unsafe send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(errno) }
            done += count
        }
    }

    /// Waits until there is something to read. Throws where the deadline passes or the command is interrupted.
    func wait(_ meanwhile: Meanwhile, until deadline: ContinuousClock.Instant) throws(ClientFailure) {
        var watched = [descriptor, meanwhile.interrupt, meanwhile.input ?? -1].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        while true {
            let left = max(.zero, deadline - .now)
            let pause = meanwhile.tick == nil ? left : min(left, .seconds(1))
            let count = unsafe poll(&watched, nfds_t(watched.count), Int32(clamping: pause.milliseconds))
            if count < 0 && errno != EINTR { throw .hungUp }
            if count > 0 && watched[1].revents != 0 { throw .interrupted }
            if count > 0 && watched[2].revents != 0 && meanwhile.take() { throw .interrupted }
            if count > 0 && watched[0].revents != 0 { return }
            if left == .zero { throw .timedOut }
            meanwhile.tick?()
        }
    }

    /// The bytes that have arrived; empty at the end of the stream.
    func read() throws(ClientFailure) -> [UInt8] {
        while true {
            var code: CInt = 0
            let piece = unsafe [UInt8](unsafeUninitializedCapacity: 16_384) { buffer, count in
                let received = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
                if received < 0 { code = errno }
                count = max(received, 0)
            }
            if code == EINTR { continue }
            guard code == 0 else { throw Self.failure(code) }
            return piece
        }
    }

    private static var reason: String { unsafe String(cString: strerror(errno)) }

    private static func failure(_ code: CInt) -> ClientFailure {
        code == EAGAIN || code == EWOULDBLOCK ? .timedOut : .hungUp
    }
}

extension Duration {
    /// Rounded up, so that a wait of this length never ends too early.
    fileprivate var milliseconds: Int64 {
        components.seconds * 1000 + (components.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
