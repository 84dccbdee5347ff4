import CLinux
import Glibc

/// The user namespace of a caller, which tells a process in a sandbox or container from one outside: a process can't get
/// back into the namespace that its own was made in.
package enum CallerNamespace: Sendable, Hashable {
    case own
    case other
    /// The process that connected has ended, so that its namespace can't be told. Some other process uses its socket.
    case ended
    /// The kernel doesn't tell which process has connected (before Linux 6.5).
    case unknown

    /// Whether the kernel tells which process has connected.
    package static let isTold = shim_tells_caller_process() != 0

    /// The namespace of the process that this descriptor (pidfd) refers to; nil where there is none.
    init(process: CInt?) {
        guard Self.isTold else {
            self = .unknown
            return
        }
        switch process.map({ Int(shim_caller_namespace($0)) }) {
        case Int(shim_own_namespace): self = .own
        case Int(shim_other_namespace): self = .other
        default: self = .ended
        }
    }
}
