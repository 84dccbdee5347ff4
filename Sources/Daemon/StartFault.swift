package import APIServer
package import Failures
package import Files
import Glibc
import Grants
import Stores

/// Why the daemon doesn't start or doesn't stop well, with a remedy and the exit code.
package enum StartFault: Error, Sendable, CustomStringConvertible {
    case configuration([String])
    case noHome(String)
    case noRuntimeFolder
    case storage(StorageFault)
    case socket(SocketFault)
    case transport(String)
    case system(String, CInt)
    /// By account, the newest grants that no disk has taken.
    case unsaved([String: Failure])

    package var description: String {
        switch self {
        case .configuration(let lines): lines.joined(separator: "\n")
        case .noHome(let variable): "neither \(variable) nor HOME names an absolute path"
        case .noRuntimeFolder: "XDG_RUNTIME_DIR is not set, so there is no place for the socket"
        case .storage(let fault): "\(fault)"
        case .socket(let fault): "\(fault)"
        case .transport(let reason): reason
        case .unsaved(let failures):
            failures.sorted { $0.key < $1.key }
                .map { "the newest grant of \($0) could not be written and is lost with this process: \($1.detail)" }
                .joined(separator: "\n")
        case .system(let call, let code): "\(call): \(unsafe String(cString: strerror(code)))"
        }
    }

    package var hint: String? {
        switch self {
        case .configuration, .transport, .system: nil
        case .noHome: "set HOME"
        case .noRuntimeFolder:
            "log in with a session that sets it (loginctl enable-linger keeps it), or name a path with --socket"
        case .unsaved(let failures):
            "its refresh token on disk may be used up: if the next start can't renew, run: "
                + failures.keys.sorted().map { "valetkey login \($0)" }.joined(separator: "; ")
        case .storage(let fault): fault.hint
        case .socket(let fault): fault.hint
        }
    }

    /// 78 where the surroundings or the configuration must change, 1 for anything else.
    package var exitCode: CInt {
        switch self {
        case .configuration, .noHome, .noRuntimeFolder: 78
        case .storage(.inUse), .socket(.inUse): 1
        case .storage, .socket: 78
        case .transport, .system, .unsaved: 1
        }
    }
}
