import CLinux

/// Facts about the file system that a path is on.
package enum FileSystem {
    /// Whether files there are only in memory (tmpfs, ramfs), so that no disk keeps what they contained.
    package static func isInMemory(_ path: String) -> Bool {
        unsafe [tmpfs, ramfs].contains(shim_file_system(path))
    }

    private static let tmpfs = 0x0102_1994
    private static let ramfs = 0x8584_58f6
}
