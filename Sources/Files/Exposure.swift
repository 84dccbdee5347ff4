package import Glibc

/// A file or folder of secrets that other users could access. Its mode was corrected, but what it held may be known.
package struct Exposure: Sendable, Hashable {
    package let path: String
    /// The permission bits that it had.
    package let mode: mode_t

    package init(path: String, mode: mode_t) {
        self.path = path
        self.mode = mode
    }

    /// The mode as chmod writes it.
    package var modeText: String { FilePermissions(mode: mode, owner: 0, group: 0).text }
}
