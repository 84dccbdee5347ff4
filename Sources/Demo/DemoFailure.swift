import Failures

/// Why the demonstration can't go on, with a hint.
enum DemoFailure: Error, CustomStringConvertible {
    case noDaemon
    /// The program that VALETKEY_ETCD names isn't one; nil: there is none in PATH.
    case noEtcd(String?)
    case noHome(String)
    case noPort(String)
    /// The daemon has ended; the last lines of its log say why.
    case daemonEnded(status: String, log: [String])
    case daemonNotReady(socket: String, log: [String])
    case etcdEnded(status: String, log: [String])
    case etcdNotReady(log: [String])
    case daemon(String)
    /// The hosts don't do what they should.
    case fleet(String)
    case consent(String)
    case page(String)
    case resource(Int)

    var description: String {
        switch self {
        case .noDaemon: "valetkeyd is neither beside this program nor in PATH"
        case .noEtcd(let named?): "VALETKEY_ETCD names no program: \(named)"
        case .noEtcd(nil): "etcd isn't in PATH, and the hosts share their grant through one"
        case .noHome(let reason): "can't create a temporary home: \(reason)"
        case .noPort(let reason): "can't choose a port for etcd: \(reason)"
        case .daemonEnded(let status, let log): "the daemon ended by itself (\(status))" + Self.quote(log)
        case .daemonNotReady(let socket, let log): "the daemon is not ready on \(socket)" + Self.quote(log)
        case .etcdEnded(let status, let log): "etcd ended by itself (\(status))" + Self.quote(log)
        case .etcdNotReady(let log): "etcd doesn't answer" + Self.quote(log)
        case .daemon(let text), .fleet(let text): text
        case .consent(let text): "no consent: \(text)"
        case .page(let text): "signing in by HTTP failed: \(text)"
        case .resource(let status): "the protected resource answered \(status) to the token"
        }
    }

    var hint: String {
        switch self {
        case .noDaemon: "install valetkeyd, or put its folder into PATH"
        case .noEtcd:
            "apt-get install etcd-server, or unpack an etcd anywhere and run: "
                + "VALETKEY_ETCD=/path/to/etcd valetkey demo --hosts 3"
        case .etcdEnded, .etcdNotReady:
            "an etcd of version 3.4 or later is needed, and VALETKEY_ETCD can name one; if it is, run valetkey demo again"
        case .noHome: "TMPDIR must name a folder that you can write to"
        case .consent: "run valetkey demo again, sign in as alice with the password wonderland, and press Allow"
        case .daemonEnded, .daemonNotReady, .daemon, .noPort, .fleet, .page, .resource:
            "run valetkey demo again; if it fails again, please report it with these lines"
        }
    }

    var exit: Exit {
        switch self {
        case .noDaemon, .noEtcd, .daemonEnded, .daemonNotReady, .etcdEnded, .etcdNotReady: .daemonUnreachable
        case .consent: .consentNeeded
        case .noHome, .noPort, .daemon, .fleet, .page, .resource: .other
        }
    }

    private static func quote(_ log: [String]) -> String {
        log.map { "\n  | \($0)" }.joined()
    }
}
