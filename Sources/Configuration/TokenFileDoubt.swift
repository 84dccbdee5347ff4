package import Accounts
package import Files
import Glibc
package import Text

/// Looks at the places of token files.
enum TokenFileDoubt {
    static func findings(_ settings: AccountSettings, environment: [String: String], file: String) -> [Finding] {
        let specifiers = PathSpecifiers(
            runtimeFolder: environment["XDG_RUNTIME_DIR"], home: environment["HOME"], user: geteuid())
        var files = settings.furtherTokenFiles.map { ("accounts.\(settings.name).tokens.\($0)", $1) }
        if let own = settings.tokenFile { files.append(("accounts.\(settings.name)", own)) }
        return files.sorted { $0.0 < $1.0 }.compactMap { owner, tokenFile in
            // Without the variables it can't be told where the file will be.
            guard let place = FreshFile(tokenFile, specifiers), let doubt = place.doubt else { return nil }
            return Finding(
                severity: .warning, file: file, message: "token_file of [\(owner)] won't be written: \(doubt)",
                hint: doubt.tokenFileHint)
        }
    }
}

extension FreshFile {
    /// nil where the folder that the path begins with isn't known.
    package init?(_ file: TokenFile, _ specifiers: PathSpecifiers) {
        guard let path = specifiers.expand(file.path) else { return nil }
        let root = PathSpecifiers.isOfRuntimeFolder(file.path) ? specifiers.runtimeFolder : nil
        self.init(path, makingFoldersBelow: root, mayBeOnDisk: file.mayBeOnDisk)
    }
}

extension FreshFileFault {
    /// What to do where the file is a `token_file` of the configuration.
    package var tokenFileHint: String {
        switch self {
        case .noFolder: "create it with mode 0700, or name a place below %t: folders are created there"
        case .unsafeFolder: "name a place that only you can write to, such as %t/valetkey/NAME"
        case .onDisk:
            "name a place below %t, such as %t/valetkey/NAME, or state token_file_on_disk = true where that is acceptable"
        case .notOurs: "move it away, or name another token_file"
        case .failed: "free space, or make its folder writable; the next token is written again"
        }
    }
}
