import Accounts
import Text

/// Reads a table `[sockets.NAME]`.
struct SocketReader {
    let name: String
    let table: TableReader
    let catalogue: ProviderCatalogue

    static let keys = ["accounts", "allow", "path", "mode", "group", "peers", "connections", "wait"]

    /// Returns nil if something essential is missing or invalid; the findings say what.
    func settings() -> SocketSettings? {
        table.refuseUnknownKeys(Self.keys)
        refuseBadName()
        guard let accounts = table.texts("accounts") else {
            if !table.has("accounts") {
                table.note(
                    "[\(table.name)] names no accounts", hint: #"write accounts = ["NAME"], those that it serves"#)
            }
            return nil
        }
        var settings = SocketSettings(name: name, accounts: accounts)
        if let words = table.texts("allow") { settings.allow = known(words) }
        settings.path = path()
        if let mode = mode() { settings.mode = mode }
        settings.group = table.text("group").flatMap(group)
        if let peers = peers() { settings.peers = peers }
        if let count = table.integer("connections", in: 1...4096) { settings.connections = count }
        if let wait = table.duration("wait", in: .zero ... .seconds(3600)) { settings.wait = wait }
        return settings
    }

    /// The name is part of a file name and of a unit's name.
    private func refuseBadName() {
        let isPlain = name.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        guard !isPlain || !(1...32).contains(name.utf8.count) || name == "main" || name.hasPrefix("-") else { return }
        table.note(
            "\(name.quoted) can't be a socket's name",
            hint: "take up to 32 of A-Z a-z 0-9 _ and -, with no - at the beginning, and not main")
    }

    private func known(_ words: [String]) -> [String] {
        let known = SocketSettings.permissions + catalogue.permissions
        for word in words where !known.contains(word) {
            let near = NearestName.nearest(to: word, in: known).map { "did you mean \($0.quoted)?" }
            table.note(
                "allow in [\(table.name)] knows no \(word.quoted)", at: "allow",
                hint: near ?? "the words are \(known.joined(separator: ", "))")
        }
        return words
    }

    private func path() -> String? {
        guard let path = table.text("path") else { return nil }
        guard PathSpecifiers.isAbsolute(path) else {
            table.note(
                "path in \(table.name) isn't an absolute path", at: "path",
                hint: "let it begin with \(PathSpecifiers.beginnings)")
            return nil
        }
        return path
    }

    private func mode() -> UInt32? {
        guard let text = table.text("mode") else { return nil }
        let isOctal = (3...4).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x37).contains($0) }
        guard isOctal, let mode = UInt32(text, radix: 8), mode & ~0o666 == 0, mode & 0o600 == 0o600 else {
            table.note(
                "mode in \(table.name) isn't the mode of a socket", at: "mode",
                hint: #"write it like chmod, in quotes: "0600", "0660" with a group, "0666" for everybody"#)
            return nil
        }
        return mode
    }

    private func group(_ name: String) -> UInt32? {
        if let number = SystemNames.group(name) { return number }
        table.note("there is no group \(name.quoted)", at: "group", hint: "name one that getent group lists")
        return nil
    }

    private func peers() -> SocketSettings.Peers? {
        guard let node = table.values["peers"] else { return nil }
        if case .string(let word) = node {
            switch word {
            case "own": return .own
            case "reachable": return .reachable
            default:
                table.note(
                    "peers in \(table.name) knows no \(word.quoted)", at: "peers",
                    hint: #"write "own", "reachable", or a list of users"#)
                return nil
            }
        }
        return table.texts("peers").map { names in
            .users(
                names.compactMap { name in
                    let number = SystemNames.user(name)
                    if number == nil {
                        table.note(
                            "there is no user \(name.quoted)", at: "peers", hint: "name one that getent passwd lists")
                    }
                    return number
                })
        }
    }
}
