import Glibc

/// Makes a file or a folder immutable as long as this value exists: by its mode and, because root ignores that, by the
/// flag of the file system.
package final class Immutable {
    private let path: String
    private let mode: mode_t

    private static let getFlags: UInt = 0x8008_6601
    private static let setFlags: UInt = 0x4008_6602
    private static let flag = 0x10
    private static let isRoot = geteuid() == 0

    /// The error that the kernel gives for a change.
    package static let reason = isRoot ? "Operation not permitted" : "Permission denied"

    /// Whether this machine's file system has the flag, and allows it to be set.
    package static let isPossible: Bool = {
        guard let folder = try? ScratchFolder() else { return false }
        return (try? Immutable(folder.path)) != nil
    }()

    package init(_ path: String) throws {
        self.path = path
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw ScratchFolder.Failure(call: "lstat", code: errno) }
        mode = status.st_mode & 0o777
        if Self.isRoot {
            try Self.change(path) { $0 | Self.flag }
        } else {
            guard unsafe chmod(path, mode & 0o555) == 0 else { throw ScratchFolder.Failure(call: "chmod", code: errno) }
        }
    }

    deinit {
        if Self.isRoot {
            try? Self.change(path) { $0 & ~Self.flag }
        } else {
            _ = unsafe chmod(path, mode)
        }
    }

    private static func change(_ path: String, _ change: (Int) -> Int) throws {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        var flags = 0
        guard descriptor >= 0, unsafe ioctl(descriptor, getFlags, &flags) == 0 else {
            throw ScratchFolder.Failure(call: "ioctl", code: errno)
        }
        flags = change(flags)
        guard unsafe ioctl(descriptor, setFlags, &flags) == 0 else {
            throw ScratchFolder.Failure(call: "ioctl", code: errno)
        }
    }
}
