import Glibc

/// Names one file with one content. The number of a file that was removed is soon another file's.
struct FileIdentity: Sendable, Hashable {
    var device: UInt64
    var number: UInt64
    /// A hash of the beginning that this process only knows.
    var content: Int
}

/// An open folder. What is done with its files doesn't depend on what becomes of its path, and follows no link.
struct FolderHandle: ~Copyable {
    /// What is there under a name.
    struct Found {
        var identity: FileIdentity
        /// Whether it is a regular file of this user.
        var isPlain: Bool
        /// Whether it has no other name.
        var isSole: Bool
        /// Whether its mode is 0600.
        var isPrivate: Bool
        var kind: String
    }

    private let descriptor: CInt

    init(_ path: String) throws(SystemCallError) {
        descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemCallError("open") }
    }

    deinit {
        close(descriptor)
    }

    /// nil where there is nothing.
    func look(_ name: String) throws(SystemCallError) -> Found? {
        var facts = stat()
        guard unsafe fstatat(descriptor, name, &facts, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return nil }
            throw SystemCallError("fstatat")
        }
        let isOwn = facts.st_uid == geteuid()
        let isPlain = facts.st_mode & S_IFMT == S_IFREG && isOwn
        let kind =
            switch facts.st_mode & S_IFMT {
            case S_IFREG: isOwn ? "a file" : "a file of another user"
            case S_IFDIR: "a folder"
            case S_IFLNK: "a symbolic link"
            default: "a special file"
            }
        return Found(
            identity: FileIdentity(facts, isPlain ? try beginning(of: name) : []), isPlain: isPlain,
            isSole: facts.st_nlink == 1, isPrivate: facts.st_mode & 0o7777 == 0o600, kind: kind)
    }

    private static let lookedAt = 64 << 10

    /// Empty where the file is gone meanwhile.
    private func beginning(of name: String) throws(SystemCallError) -> [UInt8] {
        let file = unsafe openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else {
            // One that its owner may not read isn't ours.
            if errno == ENOENT || errno == EACCES || errno == ELOOP { return [] }
            throw SystemCallError("openat")
        }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: Self.lookedAt)
        let count = unsafe read(file, &bytes, bytes.count)
        guard count >= 0 else { throw SystemCallError("read") }
        return Array(bytes.prefix(count))
    }

    /// Creates a file of mode 0600 with this content.
    func create(_ name: String, with bytes: [UInt8]) throws(SystemCallError) -> FileIdentity {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let file = unsafe openat(descriptor, name, flags, mode_t(0o600))
        guard file >= 0 else { throw SystemCallError("openat") }
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes[done...].withUnsafeBytes { unsafe Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw SystemCallError("write") }
            done += count
        }
        var facts = stat()
        guard unsafe fstat(file, &facts) == 0 else { throw SystemCallError("fstat") }
        return FileIdentity(facts, Array(bytes.prefix(Self.lookedAt)))
    }

    func move(_ name: String, over other: String) throws(SystemCallError) {
        guard unsafe renameat(descriptor, name, descriptor, other) == 0 else { throw SystemCallError("renameat") }
    }

    /// Renames a file, unless something has the new name.
    func give(_ name: String, newName: String) throws(SystemCallError) {
        guard unsafe linkat(descriptor, name, descriptor, newName, 0) == 0 else { throw SystemCallError("linkat") }
        try remove(name)
    }

    func remove(_ name: String) throws(SystemCallError) {
        guard unsafe unlinkat(descriptor, name, 0) == 0 else { throw SystemCallError("unlinkat") }
    }

    /// Truncates a regular file.
    func empty(_ name: String) throws(SystemCallError) {
        let file = unsafe openat(descriptor, name, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { throw SystemCallError("openat") }
        close(file)
    }
}

extension FileIdentity {
    fileprivate init(_ facts: stat, _ beginning: [UInt8]) {
        self.init(
            device: UInt64(facts.st_dev), number: UInt64(facts.st_ino), content: beginning.hashValue)
    }
}
