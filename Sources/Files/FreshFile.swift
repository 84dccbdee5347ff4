import Glibc

/// A file that shows other programs of its user the newest of a changing value. It is replaced as a whole, so that a
/// reader finds one value or the other, and has mode 0600.
///
/// Nothing but what was placed by this value is overwritten or removed: a file of somebody else, or a link, stays and is
/// a fault. It isn't synced: after a crash of the machine it may be gone.
package struct FreshFile: Sendable {
    package let path: String
    private let folder: FreshFolder
    private let name: String
    /// The file that is known to be ours; nil where there is none.
    private var placed: FileIdentity?

    /// `root` is the folder below which missing folders are created; elsewhere they are a fault. Unless `mayBeOnDisk`, a
    /// place that isn't in memory is one as well.
    package init(_ path: String, makingFoldersBelow root: String? = nil, mayBeOnDisk: Bool = false) {
        self.path = path
        let cut = path.lastIndex(of: "/") ?? path.startIndex
        name = String(path[cut...].drop { $0 == "/" })
        folder = FreshFolder(
            path: cut == path.startIndex ? "/" : String(path[..<cut]), root: root, mayBeOnDisk: mayBeOnDisk)
    }

    /// The name that a new value is written under.
    private var temporary: String { ".\(name).valetkey" }

    /// Whether a file of this value is there, as far as is known.
    package var isPlaced: Bool { placed != nil }

    /// What is wrong with the folder, as far as can be told without writing.
    package var doubt: FreshFileFault? {
        do throws(FreshFileFault) {
            try folder.inspect()
            return nil
        } catch {
            return error
        }
    }

    /// Takes over the file that an earlier process has left, and removes the one that it hasn't finished. Only for a path
    /// that such a process is known to have used.
    package mutating func adoptLeftover() {
        guard let folder = try? folder.open() else { return }
        if let unfinished = try? folder.look(temporary), unfinished.isPlain { try? folder.remove(temporary) }
        if let found = try? folder.look(name), found.isPlain, found.isSole, found.isPrivate { placed = found.identity }
    }

    /// Goes on with the file that another value of the same path has placed.
    package mutating func takeOver(_ other: FreshFile) {
        if other.path == path { placed = other.placed }
    }

    package mutating func write(_ bytes: [UInt8]) throws(FreshFileFault) {
        try folder.prepare()
        var stranger: String?
        do throws(SystemCallError) {
            let folder = try folder.open()
            let found = try folder.look(name)
            if let found, found.identity != placed {
                stranger = found.kind
            } else {
                placed = try place(bytes, in: folder, isNew: found == nil)
            }
        } catch {
            throw .system(path, error)
        }
        if let stranger { throw .notOurs(path, stranger) }
    }

    private func place(_ bytes: [UInt8], in folder: borrowing FolderHandle, isNew: Bool) throws(SystemCallError)
        -> FileIdentity
    {
        if let unfinished = try folder.look(temporary), unfinished.isPlain { try folder.remove(temporary) }
        do throws(SystemCallError) {
            let identity = try folder.create(temporary, with: bytes)
            if isNew { try folder.give(temporary, newName: name) } else { try folder.move(temporary, over: name) }
            return identity
        } catch {
            try? folder.remove(temporary)
            throw error
        }
    }

    /// Removes the file. One that can't be removed is emptied, and is a fault all the same.
    package mutating func remove() throws(FreshFileFault) {
        guard let placed else { return }
        do throws(SystemCallError) {
            let folder = try folder.open()
            if let found = try folder.look(name), found.identity == placed {
                do throws(SystemCallError) {
                    try folder.remove(name)
                } catch {
                    // What was emptied is still ours.
                    if (try? folder.empty(name)) != nil { self.placed = (try? folder.look(name))?.identity }
                    throw error
                }
            }
        } catch {
            guard error.code == ENOENT || error.code == ENOTDIR else { throw .system(path, error) }
        }
        self.placed = nil
    }
}

/// Why the file can't be written or removed.
package enum FreshFileFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The folder doesn't exist, and isn't one to create.
    case noFolder(String)
    /// Others could put a file of their own into its place; with the folder at fault and the reason.
    case unsafeFolder(String, String)
    /// The folder isn't in memory.
    case onDisk(String)
    /// Something is there that wasn't placed by us; with what it is.
    case notOurs(String, String)
    case failed(String, String)

    static func system(_ path: String, _ error: SystemCallError) -> FreshFileFault {
        .failed(path, error.reason)
    }

    package var description: String {
        switch self {
        case .noFolder(let path): "the folder \(path) doesn't exist"
        case .unsafeFolder(let path, let reason): "the folder \(path) \(reason)"
        case .onDisk(let path):
            "the folder \(path) isn't in memory (tmpfs), so that the token would be written to a disk"
        case .notOurs(let path, let kind): "\(path) is \(kind) that isn't ours"
        case .failed(let path, let reason): "\(path): \(reason)"
        }
    }
}
