import Crypto
import FoundationEssentials

/// The form of a grant on disk: a line that names the format and the key, then ChaCha20-Poly1305 over JSON. The line
/// and the account's name are bound in, so that a file can't be passed off as another account's or another format's.
struct SealedGrant {
    /// What every version's line begins with.
    private static let family = "valetkey grant "
    private static let lineLimit = 64

    enum Flaw: Error {
        /// Written by a later version of this program.
        case newer
        /// Sealed with a key that isn't here.
        case otherKey
        /// Damaged, another account's, or no grant at all.
        case damaged
    }

    static func seal(_ record: GrantRecord, account: String, key: SealingKey) throws -> [UInt8] {
        try seal(try JSONEncoder().encode(record), account: account, key: key)
    }

    /// Seals any content; `account` is bound in.
    static func seal(_ plain: Data, account: String, key: SealingKey) throws -> [UInt8] {
        let line = Array("\(family)2 \(key.id)\n".utf8)
        let box = try ChaChaPoly.seal(plain, using: key.key, authenticating: line + Array(account.utf8))
        return line + box.combined
    }

    static func open(_ bytes: [UInt8], account: String, keys: [SealingKey]) throws(Flaw) -> GrantRecord {
        guard let plain = try content(bytes, account: account, keys: keys).plain,
            let record = try? JSONDecoder().decode(GrantRecord.self, from: plain)
        else { throw .damaged }
        return record
    }

    /// The bytes sealed with the first key; nil where they are that already, or no key opens them.
    static func reseal(_ bytes: [UInt8], account: String, keys: [SealingKey]) -> [UInt8]? {
        guard let first = keys.first, let content = try? content(bytes, account: account, keys: keys),
            let plain = content.plain, content.keyID != first.id
        else { return nil }
        return try? seal(plain, account: account, key: first)
    }

    /// The sealed content.
    static func plain(_ bytes: [UInt8], account: String, keys: [SealingKey]) throws(Flaw) -> Data {
        guard let plain = try content(bytes, account: account, keys: keys).plain else { throw .damaged }
        return plain
    }

    /// What the first fitting key opens, nil where none does; and the id of the key, nil in the first format.
    private static func content(
        _ bytes: [UInt8], account: String, keys: [SealingKey]
    ) throws(Flaw) -> (plain: Data?, keyID: String?) {
        guard let end = bytes.prefix(lineLimit).firstIndex(of: UInt8(ascii: "\n")),
            let line = String(validating: bytes[..<end], as: UTF8.self), line.hasPrefix(family)
        else { throw .damaged }
        let words = line.dropFirst(family.count).split(separator: " ")
        let fitting: [SealingKey]
        let id: String?
        switch words.first {
        // The first format didn't name the key.
        case "1": (fitting, id) = (keys, nil)
        case "2" where words.count == 2: (fitting, id) = (keys.filter { $0.id == words[1] }, String(words[1]))
        case "2": (fitting, id) = ([], nil)
        default: throw .newer
        }
        guard !fitting.isEmpty else { throw .otherKey }
        let binding = Array(bytes[...end]) + Array(account.utf8)
        for key in fitting {
            if let box = try? ChaChaPoly.SealedBox(combined: bytes[(end + 1)...]),
                let plain = try? ChaChaPoly.open(box, using: key.key, authenticating: binding)
            {
                return (plain, id)
            }
        }
        return (nil, id)
    }
}
