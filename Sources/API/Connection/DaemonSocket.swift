package import Glibc

/// Connects to the daemon's socket.
package enum DaemonSocket {
    /// Why there is no connection.
    package enum Fault: Error {
        /// No daemon listens on the socket.
        case notReachable(reason: String)
        /// Another user's process listens on the socket; nil where the kernel doesn't say whose.
        case foreign(user: uid_t?)
    }

    /// Connects to a daemon of this user or of root. To anybody else's nothing is sent, and nothing is read from it.
    ///
    /// Returns the descriptor, on which reading and writing wait for at most `patience` seconds.
    package static func connect(to path: String, patience: Int) throws(Fault) -> CInt {
        var address = sockaddr_un()
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .notReachable(reason: "the path is too long for a socket")
        }
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .notReachable(reason: reason) }
        limitWaits(on: descriptor, to: patience)
        let connected = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else {
            let reason = reason
            close(descriptor)
            throw .notReachable(reason: reason)
        }
        let owner = owner(of: descriptor)
        guard owner == geteuid() || owner == 0 else {
            close(descriptor)
            throw .foreign(user: owner)
        }
        return descriptor
    }

    /// Lets reading and writing wait for at most so many seconds.
    package static func limitWaits(on descriptor: CInt, to patience: Int) {
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }

    /// The user whose process listens at the other end: nil where the kernel doesn't say.
    private static func owner(of descriptor: CInt) -> uid_t? {
        // `struct ucred` of unix(7).
        var peer: (process: pid_t, user: uid_t, group: gid_t) = (0, uid_t.max, 0)
        var size = socklen_t(MemoryLayout.size(ofValue: peer))
        guard unsafe getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 else { return nil }
        return peer.user
    }

    private static var reason: String { unsafe String(cString: strerror(errno)) }
}
