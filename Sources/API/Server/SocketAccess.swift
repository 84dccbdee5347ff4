package import Glibc

/// Who may connect to a socket file that the daemon creates.
package struct SocketAccess: Sendable, Hashable {
    package var mode: mode_t
    /// The file's group; nil for the daemon's own.
    package var group: gid_t?

    package init(mode: mode_t = 0o600, group: gid_t? = nil) {
        self.mode = mode
        self.group = group
    }

    package static let own = SocketAccess()

    /// Opens a file that was created with mode 0600: the umask takes bits from a mode that a file is created with, and
    /// the group must be right before its members may connect.
    func apply(to path: String) -> CInt {
        if self == .own { return 0 }
        if let group, unsafe chown(path, uid_t.max, group) != 0 { return errno }
        return unsafe chmod(path, mode) == 0 ? 0 : errno
    }
}
