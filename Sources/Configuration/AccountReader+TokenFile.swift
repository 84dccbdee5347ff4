import Accounts
import Text

/// Reads the keys of the files that follow an account's tokens.
extension AccountReader {
    static let tokenFileKeys = ["token_file", "token_file_format", "token_file_on_disk"]

    /// How a file is written.
    private struct Manner {
        var format = TokenFile.Format.raw
        var mayBeOnDisk = false
    }

    /// Returns the settings with the files of the account's own and its further tokens.
    func withTokenFiles(_ settings: AccountSettings) -> AccountSettings {
        var settings = settings
        let manner = manner(of: table, over: Manner())
        settings.tokenFile = tokenFile(table, manner)
        if case .table = table.values["tokens"], let tables = table.table("tokens") {
            for name in tables.values.keys.sorted() {
                guard case .table = tables.values[name], let token = tables.table(name) else { continue }
                settings.furtherTokenFiles[name] = tokenFile(token, self.manner(of: token, over: manner))
            }
        }
        noteUnused(isUsed: settings.tokenFile != nil || !settings.furtherTokenFiles.isEmpty)
        return settings
    }

    private func manner(of table: TableReader, over common: Manner) -> Manner {
        var manner = common
        if let word = table.choice("token_file_format", of: TokenFile.Format.allCases.map(\.rawValue)) {
            manner.format = TokenFile.Format(rawValue: word) ?? manner.format
        }
        if let flag = table.flag("token_file_on_disk") { manner.mayBeOnDisk = flag }
        return manner
    }

    private func tokenFile(_ table: TableReader, _ manner: Manner) -> TokenFile? {
        guard let path = path(table) else { return nil }
        if manner.mayBeOnDisk {
            table.note(
                "the token of \(table.name) may be written to a disk: it can be found there, in backups and in snapshots "
                    + "after it was removed", at: "token_file",
                hint: "prefer a place below %t, which is in memory", severity: .warning)
        }
        return TokenFile(path: path, format: manner.format, mayBeOnDisk: manner.mayBeOnDisk)
    }

    private func path(_ table: TableReader) -> String? {
        let key = "token_file"
        guard let path = table.text(key) else { return nil }
        guard PathSpecifiers.isAbsolute(path) else {
            table.note(
                "\(key) in \(table.name) isn't an absolute path", at: key,
                hint: "let it begin with \(PathSpecifiers.beginnings)")
            return nil
        }
        if let unknown = PathSpecifiers.firstUnknown(in: path) {
            table.note(
                "\(key) in \(table.name) knows no \(unknown.quoted) there", at: key,
                hint: "%t and %h stand at the beginning, %U is the number of the user")
            return nil
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(".."), let last = parts.last, !last.isEmpty, last != "." else {
            table.note(
                "\(key) in \(table.name) isn't the path of a file", at: key, hint: "write it without .., to the end")
            return nil
        }
        return path
    }

    /// Notes keys that say how a file is written where there is none. Those of [defaults] may be for other accounts.
    private func noteUnused(isUsed: Bool) {
        for key in Self.tokenFileKeys.dropFirst() where table.has(key) && !table.inherited.contains(key) {
            guard !isUsed, !table.has("token_file") else { continue }
            table.note("\(key) in \(table.name) needs a token_file", at: key, hint: "state token_file, or remove it")
        }
    }
}
