/// Why the redirect can't be listened for.
package enum ListenerFault: Error, Sendable, Hashable, CustomStringConvertible {
    case portTaken(Int)
    /// A port below 1024, as a rule.
    case portForbidden(Int)
    /// No port that is free on both addresses was found.
    case noFreePort
    case noLoopback(reason: String)

    package var description: String {
        switch self {
        case .portTaken(let port): "port \(port) of 127.0.0.1 or ::1 is taken by another program"
        case .portForbidden(let port): "this user may not listen on port \(port)"
        case .noFreePort: "no port is free on both 127.0.0.1 and ::1"
        case .noLoopback(let reason): "cannot listen on 127.0.0.1 or ::1: \(reason)"
        }
    }

    /// What the user can do.
    package var hint: String {
        switch self {
        case .portTaken(let port):
            "end the program that listens there (ss -ltnp 'sport = :\(port)' names it), "
                + "or give redirect_uri no port or another one that is registered"
        case .portForbidden: "give redirect_uri no port or one from 1024 on, and register that"
        case .noFreePort: "end programs that listen on many ports, or use login --paste"
        case .noLoopback: "bring the loopback interface up (ip link set lo up), or use login --paste"
        }
    }
}
