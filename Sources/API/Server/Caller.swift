package import Glibc
package import Synchronization

/// The process at the other end of a connection, as the kernel reports it, and the socket that it connected to. Created
/// once for each connection.
package final class Caller: Sendable {
    /// The name of the daemon's socket.
    package let socket: String
    package let user: uid_t
    package let group: gid_t
    /// The process that connected. Another one may have its number by now.
    package let process: pid_t
    /// What the socket lets its callers do; nil for the main socket, where the routes decide.
    package let gate: SocketGate?
    /// What is known of its unit since it has connected.
    private let unit: CallerUnit?
    /// The unit that a service manager connects for, as it says itself.
    let claimedUnit: String?
    /// What the daemon has noted of the caller's last read, so that the next one on this connection needs no search.
    package let noted = Mutex<(any AnyObject & Sendable)?>(nil)
    private let readClaims = Mutex<CallerClaims?>(nil)

    /// What its process claims to be; read once for each connection.
    package var claims: CallerClaims {
        readClaims.withLock { known in
            if let known { return known }
            var claims = CallerClaims(process: process, unit: unit)
            if let claimedUnit { claims.unit = claimedUnit }
            known = claims
            return claims
        }
    }

    package convenience init(
        socket: String, user: uid_t, group: gid_t, process: pid_t, gate: SocketGate? = nil,
        claimedUnit: String? = nil
    ) {
        self.init(
            Peer(process: process, user: user, group: group), socket: socket, gate: gate, claimedUnit: claimedUnit)
    }

    init(_ peer: Peer, socket: String, gate: SocketGate? = nil, claimedUnit: String? = nil) {
        self.socket = socket
        user = peer.user
        group = peer.group
        process = peer.process
        unit = peer.unit
        self.gate = gate
        self.claimedUnit = claimedUnit
    }
}
