package import Glibc
import NIOCore
package import Synchronization

/// The process at the other end of a connection, as the kernel reports it, and the socket that it connected to. Created
/// once for each connection.
package final class Caller: Sendable {
    /// The name of the daemon's socket.
    package let socket: String
    package let user: uid_t
    package let group: gid_t
    /// The process that connected. The process ID may have been reused since; `openProcess` gives a handle that is
    /// safe.
    package let process: pid_t
    /// What the socket lets its callers do; nil for the main socket, where the routes decide.
    package let gate: SocketGate?
    /// The unit that a service manager connects for, as it says itself.
    let claimedUnit: String?
    /// What the daemon has noted of the caller's last read, so that the next one on this connection needs no search.
    package let noted = Mutex<(any AnyObject & Sendable)?>(nil)
    private let open: @Sendable () -> CInt?
    private let readClaims = Mutex<CallerClaims?>(nil)

    /// What its process claims to be; read once for each connection.
    package var claims: CallerClaims {
        readClaims.withLock { known in
            if let known { return known }
            var claims = CallerClaims(process: process)
            if let claimedUnit { claims.unit = claimedUnit }
            known = claims
            return claims
        }
    }

    package init(
        socket: String, user: uid_t, group: gid_t, process: pid_t, gate: SocketGate? = nil,
        claimedUnit: String? = nil, openProcess: @escaping @Sendable () -> CInt? = { nil }
    ) {
        self.socket = socket
        self.user = user
        self.group = group
        self.process = process
        self.gate = gate
        self.claimedUnit = claimedUnit
        open = openProcess
    }

    /// Reads the peer of a Unix socket's connection, on its event loop; nil where the kernel reports none.
    convenience init?(_ channel: any Channel, socket: String, gate: SocketGate? = nil, claimedUnit: String? = nil) {
        guard let peer: PeerCredentials = channel.socketOption(.peerCredentials) else { return nil }
        // A strong reference, because a weak one would make every use of the channel slower. The channel releases its
        // caller when it closes.
        self.init(
            socket: socket, user: peer.user, group: peer.group, process: peer.process, gate: gate,
            claimedUnit: claimedUnit
        ) {
            channel.socketOption(.peerProcessDescriptor)
        }
    }

    /// Opens a pidfd of the process that connected; the caller of this function closes it. nil where the kernel has
    /// none (before Linux 6.5, or out of descriptors), and once the connection is closed. Only on the connection's
    /// event loop.
    ///
    /// No pidfd is kept for a connection: thousands of waiting readers would need twice as many descriptors.
    package func openProcess() -> CInt? { open() }

    /// Asks the kernel for the user namespace of the process that connected. Only on the connection's event loop.
    func readNamespace() -> CallerNamespace {
        let process = CallerNamespace.isTold ? openProcess() : nil
        defer { if let process { close(process) } }
        return CallerNamespace(process: process)
    }
}

/// `struct ucred` of unix(7).
private struct PeerCredentials: Sendable {
    var process: pid_t
    var user: uid_t
    var group: gid_t
}

extension NIOBSDSocket.Option {
    fileprivate static let peerCredentials = NIOBSDSocket.Option(rawValue: SO_PEERCRED)
    /// SO_PEERPIDFD, which older glibc headers don't define.
    fileprivate static let peerProcessDescriptor = NIOBSDSocket.Option(rawValue: 77)
}

extension Channel {
    /// Reads an option synchronously, which is possible on the channel's own event loop; nil where the kernel doesn't
    /// have it.
    fileprivate func socketOption<Value: Sendable>(_ option: NIOBSDSocket.Option) -> Value? {
        guard let socket = self as? any SocketOptionProvider else { return nil }
        let value = NIOLoopBoundBox<Value?>(nil, eventLoop: eventLoop)
        let reading: EventLoopFuture<Value> = socket.unsafeGetSocketOption(level: .socket, name: option)
        reading.whenSuccess { value.value = $0 }
        return value.value
    }
}
