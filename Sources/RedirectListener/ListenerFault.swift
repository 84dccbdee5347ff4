/// Why the redirect listener can't be opened.
package enum ListenerFault: Error, Sendable, Hashable, CustomStringConvertible {
    case portTaken(Int)
    /// The process isn't allowed to listen on this port, which usually is below 1024.
    case portForbidden(Int)
    /// No port is free on both loopback addresses.
    case noFreePort
    case noLoopback(reason: String)
    /// Whose connections arrive can't be told, so that another user could log in here.
    case unknownCallers

    package var description: String {
        switch self {
        case .portTaken(let port): "another program listens on port \(port) of 127.0.0.1 or ::1"
        case .portForbidden(let port): "this user may not listen on port \(port)"
        case .noFreePort: "no port is free on both 127.0.0.1 and ::1"
        case .noLoopback(let reason): "cannot listen on 127.0.0.1 or ::1: \(reason)"
        case .unknownCallers:
            "whose browser connects can't be told: neither NETLINK_SOCK_DIAG nor /proc/net/tcp answers"
        }
    }

    /// What the user can do, for the `hint:` line.
    package var hint: String {
        switch self {
        case .portTaken(let port):
            "stop that program (ss -ltnp 'sport = :\(port)' names it), "
                + "or give redirect_uri no port or another registered one"
        case .portForbidden: "give redirect_uri no port, or one from 1024 on, and register it"
        case .noFreePort: "stop programs that listen on many ports, or log in with --paste"
        case .noLoopback: "bring the loopback interface up (ip link set lo up), or log in with --paste"
        case .unknownCallers: "allow AF_NETLINK in the unit, or log in with --paste"
        }
    }
}
