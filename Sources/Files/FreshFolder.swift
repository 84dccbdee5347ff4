import Glibc

/// The folder of a `FreshFile`.
struct FreshFolder: Sendable, Hashable {
    let path: String
    /// The folder below which missing folders are created.
    let root: String?
    let mayBeOnDisk: Bool

    /// Creates the folder where it may be, and checks that nobody else can replace what is in it.
    func prepare() throws(FreshFileFault) {
        if !POSIXFile.exists(path) {
            guard let root, path == root || path.hasPrefix("\(root)/") else { throw .noFolder(path) }
            try make(path, below: root)
        }
        try check(path)
        if !mayBeOnDisk, !FileSystem.isInMemory(path) { throw .onDisk(path) }
    }

    /// Looks for what `prepare` would throw, without creating anything.
    func inspect() throws(FreshFileFault) {
        var nearest = path
        if !POSIXFile.exists(path) {
            guard let root, path == root || path.hasPrefix("\(root)/") else { throw .noFolder(path) }
            nearest = root
        }
        try check(nearest)
        if !mayBeOnDisk, !FileSystem.isInMemory(nearest) { throw .onDisk(path) }
    }

    func open() throws(SystemCallError) -> FolderHandle { try FolderHandle(path) }

    private func make(_ path: String, below root: String) throws(FreshFileFault) {
        guard path != root else { throw .noFolder(root) }
        if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let cut = path.lastIndex(of: "/") else {
            throw .system(path, SystemCallError("mkdir"))
        }
        try make(String(path[..<cut]), below: root)
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw .system(path, SystemCallError("mkdir")) }
    }

    /// Whoever may write to a folder can rename what is in it, so that those above count as well, and so do those that a
    /// link leads to.
    private func check(_ path: String) throws(FreshFileFault) {
        guard let resolved = unsafe realpath(path, nil) else { throw .system(path, SystemCallError("realpath")) }
        defer { unsafe free(resolved) }
        let real = unsafe String(cString: resolved)
        for place in real == path ? [path] : [path, real] {
            try checkFolder(place, isLast: true)
            var above = place[...]
            while let cut = above.lastIndex(of: "/"), above.count > 1 {
                above = cut == above.startIndex ? "/" : above[..<cut]
                try checkFolder(String(above), isLast: false)
            }
        }
    }

    private func checkFolder(_ path: String, isLast: Bool) throws(FreshFileFault) {
        guard let permissions = FilePermissions(of: path) else { throw .system(path, SystemCallError("stat")) }
        guard permissions.owner == geteuid() || permissions.owner == 0 else {
            throw .unsafeFolder(path, "belongs to another user")
        }
        // In a sticky folder nobody can rename a folder of somebody else, but everybody can take a free name.
        guard permissions.isWritableByOthers, isLast || !permissions.isSticky else { return }
        throw .unsafeFolder(path, "can be written by other users (mode \(permissions.text))")
    }
}
