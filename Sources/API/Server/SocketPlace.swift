import Glibc
import HTTPListener
import NIOCore

/// Where the API's socket comes from.
package enum SocketPlace: Sendable, Hashable, CustomStringConvertible {
    /// A socket file that the daemon creates, with mode 0600.
    case path(String)
    /// A socket that the service manager has passed, and keeps across restarts of the daemon.
    case inherited(descriptor: CInt)

    package var description: String {
        switch self {
        case .path(let path): path
        case .inherited: "inherited from the service manager"
        }
    }

    /// The limit of connections that wait to be accepted: scripts may start many readers at once.
    private static let backlog: CInt = 1024

    /// Listens on the socket. The file of a dead daemon is removed; that of a running one is left in place.
    ///
    /// - Returns: The listener, and the file that was created for it.
    func listen(
        _ access: SocketAccess = .own, _ open: (HTTPListener.Place) async throws -> HTTPListener
    ) async throws(SocketFault) -> (HTTPListener, SocketFile?) {
        switch self {
        case .inherited(let descriptor):
            do {
                return (try await open(.inherited(descriptor: descriptor)), nil)
            } catch {
                throw .cannotListen("the inherited socket", "\(error)")
            }
        case .path(let path):
            try Self.checkFolder(of: path)
            try Self.clear(path)
            let descriptor = try Self.bind(path)
            let file = SocketFile(path)
            do {
                let listener = try await open(.inherited(descriptor: descriptor))
                // NIO leaves an inherited socket its queue length, which may be short.
                _ = Glibc.listen(descriptor, Self.backlog)
                let code = access.apply(to: path)
                if code != 0 {
                    await listener.close(patience: .zero)
                    throw SocketFault.cannotListen(path, unsafe String(cString: strerror(code)))
                }
                return (listener, file)
            } catch {
                file?.remove()
                throw error as? SocketFault ?? .cannotListen(path, "\(error)")
            }
        }
    }

    private static func clear(_ path: String) throws(SocketFault) {
        guard path.utf8.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else { throw .tooLong(path) }
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else {
            if errno == ENOENT { return }
            throw .cannotListen(path, unsafe String(cString: strerror(errno)))
        }
        guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
        guard !isServed(path) else { throw .inUse(path) }
        guard unsafe unlink(path) == 0 else { throw .cannotListen(path, unsafe String(cString: strerror(errno))) }
    }

    private static func isServed(_ path: String) -> Bool {
        let descriptor = makeSocket()
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        return unsafe withAddress(path) { unsafe connect(descriptor, $0, $1) } == 0 || errno != ECONNREFUSED
    }

    /// Creates the socket file with its final mode, so that nobody else can connect in between: Linux gives the file
    /// the mode of the socket, less the umask. The umask applies to the whole process and isn't changed.
    private static func bind(_ path: String) throws(SocketFault) -> CInt {
        let descriptor = makeSocket()
        guard descriptor >= 0, fchmod(descriptor, 0o600) == 0,
            unsafe withAddress(path, { unsafe Glibc.bind(descriptor, $0, $1) }) == 0
        else {
            let reason = unsafe String(cString: strerror(errno))
            close(descriptor)
            throw .cannotListen(path, reason)
        }
        return descriptor
    }

    private static func makeSocket() -> CInt {
        socket(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    }

    private static func withAddress(_ path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> CInt) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        return unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe call($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

/// Why the API's socket can't be served.
package enum SocketFault: Error, Sendable, Hashable, CustomStringConvertible {
    case inUse(String)
    case notASocket(String)
    case tooLong(String)
    /// The socket's folder belongs to another user.
    case foreignFolder(String)
    /// Other users may write to the socket's folder, whose mode follows.
    case openFolder(String, String)
    case cannotListen(String, String)
    /// There is no folder for the extra socket of this name.
    case noPlace(String)

    package var description: String {
        switch self {
        case .inUse(let path): "another valetkeyd serves \(path)"
        case .notASocket(let path): "\(path) exists and is not a socket"
        case .tooLong(let path): "the path \(path) is too long for a socket: 107 bytes are the limit"
        case .foreignFolder(let folder): "the socket's folder \(folder) belongs to another user"
        case .openFolder(let folder, let mode): "other users may write to the socket's folder \(folder) (mode \(mode))"
        case .noPlace(let name): "there is no folder for the socket of [sockets.\(name)]"
        case .cannotListen(let place, let reason): "can't listen on \(place): \(reason)"
        }
    }

    package var hint: String {
        switch self {
        case .inUse: "use it, or stop it first: systemctl --user stop valetkey.socket valetkey.service"
        case .notASocket: "move it away, or name another path with --socket"
        case .noPlace: "state its path, or set XDG_RUNTIME_DIR"
        case .openFolder(let folder, _): "run: chmod 700 \(folder), or name another path with --socket"
        case .tooLong, .cannotListen, .foreignFolder:
            "set XDG_RUNTIME_DIR to a folder of your own, or name another path with --socket"
        }
    }
}
