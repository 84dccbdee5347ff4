import Files

/// Checks who may write to the folder of a configuration file: whoever may can put another file in its place.
enum FolderCheck {
    static func findings(around file: String, user: UInt32) -> [Finding] {
        let folder = file.lastIndex(of: "/").map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
        guard let permissions = FilePermissions(of: folder) else { return [] }
        return finding(on: permissions, folder: folder, user: user).map { [$0] } ?? []
    }

    static func finding(on permissions: FilePermissions, folder: String, user: UInt32) -> Finding? {
        if permissions.owner != user, permissions.owner != 0 {
            return Finding(
                file: folder, message: "belongs to another user, who can replace the configuration",
                hint: "keep the configuration in a folder of your own")
        }
        if permissions.isSticky { return nil }
        if permissions.isWritableByOthers {
            return Finding(
                file: folder, message: "can be written by other users (mode \(permissions.text))",
                hint: "run `chmod go-w \(folder)`")
        }
        guard permissions.isWritableByOwnGroup else { return nil }
        return Finding(
            severity: .warning, file: folder,
            message: "can be written by the members of its group (mode \(permissions.text))",
            hint: "run `chmod g-w \(folder)`")
    }
}
