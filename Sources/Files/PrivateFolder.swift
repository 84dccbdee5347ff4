import FoundationEssentials
import Glibc

/// A folder that only this user can access; created where it is missing, and restricted to mode 0700.
package struct PrivateFolder: Sendable {
    package let path: String
    /// Set where other users could access the folder until now.
    package let exposure: Exposure?

    /// - Throws: `StorageFault` where the folder can't be created or belongs to another user.
    package init(_ path: String) throws(StorageFault) {
        self.path = path
        let owner: uid_t
        do throws(SystemCallError) {
            try Self.make(path)
            let folder = try POSIXFile(path, flags: O_RDONLY | O_DIRECTORY)
            let mode: mode_t
            (owner, mode) = try folder.ownership()
            let isExposed = owner == geteuid() && mode & 0o077 != 0
            if isExposed { try folder.restrict(to: 0o700) }
            exposure = isExposed ? Exposure(path: path, mode: mode) : nil
        } catch {
            throw .folder(path, Self.isLink(path) ? "it is a symbolic link, which isn't followed" : error.reason)
        }
        guard owner == geteuid() else { throw .foreignOwner(path) }
    }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Whether the folder holds files of grants or of registrations; true also where it can't be listed.
    package var mayHoldGrants: Bool {
        let names = try? FileManager.default.contentsOfDirectory(atPath: path)
        return names?.contains { $0.hasSuffix(".grant") || $0.hasSuffix(".registration") } ?? true
    }

    private static func isLink(_ path: String) -> Bool {
        var facts = stat()
        return unsafe lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFLNK
    }

    private static func make(_ path: String) throws(SystemCallError) {
        if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let cut = path.lastIndex(of: "/"), cut > path.startIndex else {
            throw SystemCallError("mkdir")
        }
        try make(String(path[..<cut]))
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw SystemCallError("mkdir") }
    }
}

/// Why the folder with the stored grants, or its key, can't be used.
package enum StorageFault: Error, Sendable, Hashable, CustomStringConvertible {
    case folder(String, String)
    case foreignOwner(String)
    case inUse(String)
    case key(String, String)
    case notWritable(String, String)

    package var description: String {
        switch self {
        case .folder(let path, let reason): "the folder \(path) can't be used: \(reason)"
        case .foreignOwner(let path): "the folder \(path) belongs to another user"
        case .inUse(let path): "another valetkeyd uses \(path)"
        case .key(let path, let reason): "the key \(path) can't be used: \(reason)"
        case .notWritable(let path, let reason): "the folder \(path) isn't writable: \(reason)"
        }
    }

    package var hint: String {
        switch self {
        case .folder, .foreignOwner: "make it a folder of your own with mode 0700, or set XDG_STATE_HOME"
        case .inUse: "stop the other one first (systemctl --user stop valetkey), or set XDG_STATE_HOME"
        case .key:
            "put the key back from a backup: without it the stored grants can't be read. "
                + "To start over, move the key away"
        case .notWritable:
            "make it writable, or set XDG_STATE_HOME: a rotated refresh token that isn't saved is lost in a crash"
        }
    }
}
