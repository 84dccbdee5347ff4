import Glibc

/// The file of a socket that this process has bound.
struct SocketFile: Sendable, Hashable {
    let path: String
    private let device: UInt
    private let inode: UInt

    /// The file that lies at the path now; nil where there is none.
    init?(_ path: String) {
        var facts = stat()
        guard unsafe lstat(path, &facts) == 0 else { return nil }
        self.path = path
        (device, inode) = (UInt(facts.st_dev), UInt(facts.st_ino))
    }

    /// Removes the file, unless something else has taken its place: another daemon's socket, or a file of the user.
    func remove() {
        if SocketFile(path) == self { _ = unsafe unlink(path) }
    }
}
