import Glibc

/// The content and the permissions of a file.
package struct ReadFile {
    package var octets: [UInt8]
    package var permissions: FilePermissions

    package init(octets: [UInt8], permissions: FilePermissions) {
        self.octets = octets
        self.permissions = permissions
    }
}

package struct FilePermissions: Equatable {
    package var mode: UInt32
    package var owner: UInt32
    package var group: UInt32

    package init(mode: UInt32, owner: UInt32, group: UInt32) {
        self.mode = mode
        self.owner = owner
        self.group = group
    }

    /// Who besides the owner may write: everybody, or the members of a group that isn't named like the owner.
    package var isWritableByOthers: Bool { mode & 0o002 != 0 || (mode & 0o020 != 0 && group != owner) }
    /// Whether only the group may write that has the owner's number. Most distributions make such a group for each user,
    /// but others may be members of it.
    package var isWritableByOwnGroup: Bool { mode & 0o020 != 0 && !isWritableByOthers }
    package var isReadableByOthers: Bool { mode & 0o044 != 0 }
    /// Whether only the owner of a file may rename and remove it, in a folder that others may write to.
    package var isSticky: Bool { mode & 0o1000 != 0 }
    /// Whether the group or others may do anything at all.
    package var isOpen: Bool { mode & 0o077 != 0 }

    /// Those of a file or a folder, also through a link; nil where there is none.
    package init?(of path: String) {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else { return nil }
        self.init(mode: facts.st_mode & 0o7777, owner: facts.st_uid, group: facts.st_gid)
    }

    /// The permission bits as chmod writes them.
    package var text: String {
        let digits = String(mode & 0o7777, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

/// Why a file wasn't read.
package enum FileFault: Error, Sendable, Hashable {
    case missing
    case folder
    /// A device, a pipe or a socket.
    case notRegular
    /// The system's reason.
    case unreadable(String)
    /// The same, where the system is at its limits: another try may succeed.
    case busy(String)
    /// The limit, in octets.
    case tooLarge(Int)
}

package enum FileReading {
    /// Reads a regular file of at most `limit` octets. The permissions are of the file that was read, also where
    /// another one takes its name meanwhile.
    package static func read(_ path: String, limit: Int) throws(FileFault) -> ReadFile {
        let (descriptor, facts) = try open(path)
        defer { close(descriptor) }
        let octets = try readAll(descriptor, limit: limit)
        let permissions = FilePermissions(mode: facts.st_mode & 0o7777, owner: facts.st_uid, group: facts.st_gid)
        return ReadFile(octets: octets, permissions: permissions)
    }

    /// Throws unless a readable regular file exists at this path.
    package static func check(_ path: String) throws(FileFault) {
        close(try open(path).descriptor)
    }

    private static func open(_ path: String) throws(FileFault) -> (descriptor: Int32, facts: stat) {
        // Non-blocking, so that opening a pipe doesn't wait for its writer.
        let descriptor = unsafe Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
        guard descriptor >= 0 else { throw fault(errno) }
        var facts = stat()
        let refusal: FileFault? =
            if unsafe fstat(descriptor, &facts) != 0 {
                fault(errno)
            } else {
                switch facts.st_mode & S_IFMT {
                case S_IFREG: nil
                case S_IFDIR: .folder
                default: .notRegular
                }
            }
        if let refusal {
            close(descriptor)
            throw refusal
        }
        return (descriptor, facts)
    }

    private static func readAll(_ descriptor: Int32, limit: Int) throws(FileFault) -> [UInt8] {
        var octets: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw fault(errno) }
            if count == 0 { return octets }
            octets += chunk.prefix(count)
            guard octets.count <= limit else { throw .tooLarge(limit) }
        }
    }

    private static func fault(_ code: Int32) -> FileFault {
        switch code {
        case ENOENT, ENOTDIR: .missing
        case EISDIR: .folder
        case EACCES, EPERM: .unreadable("permission denied")
        case EMFILE, ENFILE, ENOMEM, EIO, EAGAIN: .busy(unsafe String(cString: strerror(code)).lowercased())
        default: .unreadable(unsafe String(cString: strerror(code)).lowercased())
        }
    }
}
