import Accounts

/// Finds files that two tokens would be written to.
enum TokenFileClash {
    static func findings(_ accounts: [String: AccountSettings], file: String) -> [Finding] {
        var owners: [String: String] = [:]
        var findings: [Finding] = []
        for (name, settings) in accounts.sorted(by: { $0.key < $1.key }) {
            var files = settings.furtherTokenFiles.map { ("accounts.\(name).tokens.\($0)", $1) }
            if let own = settings.tokenFile { files.append(("accounts.\(name)", own)) }
            for (owner, tokenFile) in files.sorted(by: { $0.0 < $1.0 }) {
                guard let other = owners.updateValue(owner, forKey: plain(tokenFile.path)) else { continue }
                findings.append(
                    Finding(
                        file: file, message: "token_file is the same in \(other) and in \(owner): \(tokenFile.path)",
                        hint: "give each token a file of its own"))
            }
        }
        return findings
    }

    /// One way to write the path.
    private static func plain(_ path: String) -> String {
        let path = path.hasPrefix("~/") ? "%h\(path.dropFirst())" : path
        return path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}
