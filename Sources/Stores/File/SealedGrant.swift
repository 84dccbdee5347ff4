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
        let line = Array("\(family)2 \(key.id)\n".utf8)
        let plain = try JSONEncoder().encode(record)
        let box = try ChaChaPoly.seal(plain, using: key.key, authenticating: line + Array(account.utf8))
        return line + box.combined
    }

    static func open(_ bytes: [UInt8], account: String, keys: [SealingKey]) throws(Flaw) -> GrantRecord {
        guard let end = bytes.prefix(lineLimit).firstIndex(of: UInt8(ascii: "\n")),
            let line = String(validating: bytes[..<end], as: UTF8.self), line.hasPrefix(family)
        else { throw .damaged }
        let words = line.dropFirst(family.count).split(separator: " ")
        let fitting: [SealingKey]
        switch words.first {
        // The first format didn't name the key.
        case "1": fitting = keys
        case "2": fitting = keys.filter { words.dropFirst() == [$0.id[...]] }
        default: throw .newer
        }
        guard !fitting.isEmpty else { throw .otherKey }
        let binding = Array(bytes[...end]) + Array(account.utf8)
        for key in fitting {
            if let box = try? ChaChaPoly.SealedBox(combined: bytes[(end + 1)...]),
                let plain = try? ChaChaPoly.open(box, using: key.key, authenticating: binding),
                let record = try? JSONDecoder().decode(GrantRecord.self, from: plain)
            {
                return record
            }
        }
        throw .damaged
    }
}
