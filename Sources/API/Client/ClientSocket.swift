import APIConnection
import Glibc

/// A connected Unix socket with time limits.
struct ClientSocket: ~Copyable {
    private let descriptor: CInt

    /// Connects to a daemon of this user or of root.
    init(path: String, patience: Int) throws(ClientFailure) {
        do throws(DaemonSocket.Fault) {
            descriptor = try DaemonSocket.connect(to: path, patience: patience)
        } catch {
            throw ClientFailure(error, path: path)
        }
    }

    /// Takes a connection over, and closes it at the end.
    init(connected descriptor: CInt, patience: Int) {
        DaemonSocket.limitWaits(on: descriptor, to: patience)
        self.descriptor = descriptor
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

    private static func failure(_ code: CInt) -> ClientFailure {
        code == EAGAIN || code == EWOULDBLOCK ? .timedOut : .hungUp
    }
}

extension ClientFailure {
    fileprivate init(_ fault: DaemonSocket.Fault, path: String) {
        self =
            switch fault {
            case .notReachable(let reason): .notReachable(path: path, reason: reason)
            case .foreign(let user): .foreignDaemon(path: path, user: user)
            }
    }
}

extension Duration {
    /// Rounded up, so that a wait of this length never ends too early.
    fileprivate var milliseconds: Int64 {
        components.seconds * 1000 + (components.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
