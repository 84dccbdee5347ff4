import Files
import Glibc

extension SocketPlace {
    /// Checks that nobody else can put a socket of his own into the place of this one: the folder must belong to the
    /// user or to root, and others may write to it only where they can't rename or remove what isn't theirs.
    static func checkFolder(of path: String) throws(SocketFault) {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard let permissions = FilePermissions(of: folder) else { return }
        if let fault = fault(folder, permissions, user: geteuid()) { throw fault }
    }

    static func fault(_ folder: String, _ permissions: FilePermissions, user: uid_t) -> SocketFault? {
        if permissions.owner != user, permissions.owner != 0 { return .foreignFolder(folder) }
        let isOpen = permissions.isWritableByOthers || permissions.isWritableByOwnGroup
        return isOpen && !permissions.isSticky ? .openFolder(folder, permissions.text) : nil
    }
}
