import Accounts
import OAuth
import Secrets
import Text

/// Reads a secret of any kind.
extension TableReader {
    func secret(_ key: String) -> SecretSource? {
        switch values[key] {
        case nil: nil
        case .string: text(key).map { .literal(Secret($0)) }
        case .table: table(key).flatMap { $0.source(key, of: self) }
        case .some(let node): refuse(key, node, wanting: "a secret", hint: Self.kindsHint)
        }
    }

    private static let kinds = ["file", "command", "credential", "registration"]
    private static let kindsHint =
        #"a secret is a string, { file = "PATH" }, { command = ["PROGRAM"] } or { credential = "NAME" }"#

    /// Returns the source of the secret that this table describes; the table is the value of `key` in `owner`.
    private func source(_ key: String, of owner: TableReader) -> SecretSource? {
        for kind in values.keys where !Self.kinds.contains(kind) {
            let near = NearestName.nearest(to: kind, in: Self.kinds).map { "did you mean \($0.quoted)?" }
            note("unknown kind of secret \(kind.quoted) in \(name)", at: kind, hint: near ?? Self.kindsHint)
        }
        let stated = Self.kinds.filter(has)
        guard stated.count < 2 else {
            owner.note(
                "\(key) in \(owner.name) is of \(stated.count) kinds: \(stated.joined(separator: " and "))", at: key,
                hint: "keep one of them")
            return nil
        }
        switch stated.first {
        case "file": return text("file").flatMap(file)
        case "command": return command("command").map(SecretSource.command)
        case "credential": return text("credential").flatMap(credential)
        case "registration": return text("registration").flatMap(registration)
        default:
            if values.isEmpty { owner.note("\(key) in \(owner.name) is empty", at: key, hint: Self.kindsHint) }
            return nil
        }
    }

    private func file(_ path: String) -> SecretSource? {
        guard path.hasPrefix("/") || path.hasPrefix("~/") else {
            note("file in \(name) isn't an absolute path", at: "file", hint: "let it begin with / or ~/")
            return nil
        }
        return .file(path)
    }

    private func registration(_ name: String) -> SecretSource? {
        guard AccountName.hint(against: name) == nil else {
            note(
                "registration in \(self.name) isn't the name of a registration", at: "registration",
                hint: "valetkey setup writes it: it is the account's name at that time")
            return nil
        }
        return .registration(name)
    }

    private func credential(_ name: String) -> SecretSource? {
        guard SecretReader.isCredentialName(name) else {
            note(
                "credential in \(self.name) isn't the name of a credential", at: "credential",
                hint: "it is the name that the unit gives it in LoadCredential=, without a slash")
            return nil
        }
        return .credential(name)
    }
}
