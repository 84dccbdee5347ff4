import Glibc

/// The default path of the daemon's socket. The daemon listens there and its clients connect there, unless another path
/// is configured.
package enum DefaultSocket {
    /// The value of `VALETKEY_SOCKET`; else `valetkey.sock` in the folder that `XDG_RUNTIME_DIR` names, or without that in
    /// `/run/user/UID`, so that jobs without the session's environment find it too.
    ///
    /// `isOwn` says whether a path is a folder of this user; nobody else's is taken. The result is nil where there is none
    /// of these places. A relative `XDG_RUNTIME_DIR` is ignored.
    package static func path(
        user: UInt32 = geteuid(), isOwn: (String) -> Bool = isOwnFolder, _ environment: (String) -> String?
    ) -> String? {
        if let path = environment("VALETKEY_SOCKET"), !path.isEmpty { return path }
        return runtimeFolder(user: user, isOwn: isOwn, environment).map(path(in:))
    }

    /// The folder for what lasts as long as the user's session; nil where there is none.
    package static func runtimeFolder(
        user: UInt32 = geteuid(), isOwn: (String) -> Bool = isOwnFolder, _ environment: (String) -> String?
    ) -> String? {
        if let folder = environment("XDG_RUNTIME_DIR"), folder.hasPrefix("/") { return folder }
        let folder = "/run/user/\(user)"
        return isOwn(folder) ? folder : nil
    }

    package static func path(in runtimeFolder: String) -> String { "\(runtimeFolder)/valetkey.sock" }

    /// Links aren't followed.
    package static func isOwnFolder(_ path: String) -> Bool {
        var facts = stat()
        guard unsafe lstat(path, &facts) == 0 else { return false }
        return facts.st_mode & S_IFMT == S_IFDIR && facts.st_uid == geteuid()
    }
}
