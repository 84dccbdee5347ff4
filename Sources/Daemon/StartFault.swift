package import APIServer
package import Failures
package import Files
import Glibc
import Text

/// Why the daemon doesn't start, or stops with an error; with a hint and the exit status.
package enum StartFault: Error, Sendable, CustomStringConvertible {
    case configuration([String])
    case noHome(String)
    case noRuntimeFolder
    case storage(StorageFault)
    case socket(SocketFault)
    /// The service manager passes a socket of a name that isn't known, or two of one name.
    case unknownSocket(String, isRepeated: Bool)
    case system(String, CInt)
    /// A service ended although the daemon was to go on.
    case partEnded(String)
    /// The newest grants that could not be saved before the end, by account.
    case unsaved([String: Failure])

    package var description: String {
        switch self {
        case .configuration(let lines): lines.joined(separator: "\n")
        case .noHome(let variable): "neither \(variable) nor HOME names an absolute path"
        case .noRuntimeFolder: "neither VALETKEY_SOCKET nor XDG_RUNTIME_DIR is set, so there is no place for the socket"
        case .storage(let fault): "\(fault)"
        case .socket(let fault): "\(fault)"
        case .unknownSocket(let name, let isRepeated):
            "the service manager passes \(isRepeated ? "two sockets" : "a socket") named \(name.quoted)"
                + (isRepeated ? "" : ", and nothing of that name is configured")
        case .system(let call, let code): "\(call): \(unsafe String(cString: strerror(code)))"
        case .partEnded(let reason): "a part of the daemon has ended: \(reason)"
        case .unsaved(let failures):
            failures.sorted { $0.key < $1.key }
                .map { "the newest grant of \($0) could not be written and is lost with this process: \($1.detail)" }
                .joined(separator: "\n")
        }
    }

    package var hint: String? {
        switch self {
        case .configuration, .system: nil
        case .noHome: "set HOME"
        case .noRuntimeFolder:
            "log in with a session that sets it (loginctl enable-linger keeps it), or name a path with --socket"
        case .storage(let fault): fault.hint
        case .socket(let fault): fault.hint
        case .unknownSocket:
            "let FileDescriptorName= of a socket unit be valetkey, or valetkey-NAME for [sockets.NAME], each only once"
        case .partEnded: "start it again; if it ends again, report what its log says"
        case .unsaved(let failures):
            "its refresh token on disk may be used up: if the next start can't refresh, run: "
                + failures.keys.sorted().map { "valetkey login \($0)" }.joined(separator: "; ")
        }
    }

    /// The code in the table of failures, which decides the exit status.
    package var code: FailureCode {
        switch self {
        case .configuration, .noHome, .noRuntimeFolder: .configurationError
        case .storage(.inUse), .socket(.inUse): .alreadyRunning
        // The configuration or the environment must change: waiting doesn't help.
        case .storage, .socket, .unknownSocket: .configurationError
        case .system, .partEnded: .internalError
        case .unsaved: .storage
        }
    }

    package var exit: Exit { code.facts.exit }
}
