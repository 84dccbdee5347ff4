import FoundationEssentials
import Glibc

/// A folder that is this user's alone, made where it is missing.
package struct PrivateFolder: Sendable {
    package let path: String

    /// - Throws: `StorageFault` where the folder can't be had or belongs to somebody else.
    package init(_ path: String) throws(StorageFault) {
        self.path = path
        let owner: uid_t
        do throws(SystemCallError) {
            try Self.make(path)
            let folder = try POSIXFile(path, flags: O_RDONLY | O_DIRECTORY)
            let mode: mode_t
            (owner, mode) = try folder.ownership()
            if owner == geteuid(), mode & 0o077 != 0 { try folder.restrict(to: 0o700) }
        } catch {
            throw .folder(path, error.reason)
        }
        guard owner == geteuid() else { throw .foreignOwner(path) }
    }

    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// True as well where it can't be told.
    package var mayHoldGrants: Bool {
        let names = try? FileManager.default.contentsOfDirectory(atPath: path)
        return names?.contains { $0.hasSuffix(".grant") } ?? true
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

/// Why the place where grants are kept can't be used.
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
        case .inUse(let path): "another valetkeyd keeps its grants in \(path)"
        case .key(let path, let reason): "the key \(path) can't be used: \(reason)"
        case .notWritable(let path, let reason): "nothing can be written into \(path): \(reason)"
        }
    }

    package var hint: String {
        switch self {
        case .folder, .foreignOwner: "make it a folder of your own with mode 0700, or set XDG_STATE_HOME"
        case .inUse: "stop the other one first (systemctl --user stop valetkey), or set XDG_STATE_HOME"
        case .key:
            "put the key back from your backup; without it the kept grants can't be read. "
                + "To start anew, move the key away"
        case .notWritable:
            "make it writable, or set XDG_STATE_HOME: a rotated refresh token that isn't on disk is lost at a crash"
        }
    }
}
