import Failures

/// Why the demonstration can't go on, with a hint.
enum DemoFailure: Error, CustomStringConvertible {
    case noDaemon
    case noHome(String)
    /// The daemon has ended; the last lines of its log say why.
    case daemonEnded(status: String, log: [String])
    case daemonNotReady(socket: String, log: [String])
    case daemon(String)
    case consent(String)
    case page(String)
    case resource(Int)

    var description: String {
        switch self {
        case .noDaemon: "valetkeyd is neither beside this program nor in PATH"
        case .noHome(let reason): "can't create a temporary home: \(reason)"
        case .daemonEnded(let status, let log): "the daemon ended by itself (\(status))" + Self.quote(log)
        case .daemonNotReady(let socket, let log): "the daemon is not ready on \(socket)" + Self.quote(log)
        case .daemon(let text): text
        case .consent(let text): "no consent: \(text)"
        case .page(let text): "signing in by HTTP failed: \(text)"
        case .resource(let status): "the protected resource answered \(status) to the token"
        }
    }

    var hint: String {
        switch self {
        case .noDaemon: "install valetkeyd, or put its folder into PATH"
        case .noHome: "TMPDIR must name a folder that you can write to"
        case .consent: "run valetkey demo again, sign in as alice with the password wonderland, and press Allow"
        case .daemonEnded, .daemonNotReady, .daemon, .page, .resource:
            "run valetkey demo again; if it fails again, please report it with these lines"
        }
    }

    var exit: Exit {
        switch self {
        case .noDaemon, .daemonEnded, .daemonNotReady: .daemonUnreachable
        case .consent: .consentNeeded
        case .noHome, .daemon, .page, .resource: .other
        }
    }

    private static func quote(_ log: [String]) -> String {
        log.map { "\n  | \($0)" }.joined()
    }
}
