import Crypto
import FoundationEssentials
package import Register

/// The form of a value in a shared register: a line that names the format and the key, then ChaCha20-Poly1305. The line
/// and the name are bound in, so that whoever runs the engine can neither read a value nor move it to another account,
/// client or fleet.
package enum SealedRecord {
    package enum Flaw: Error, Sendable, Hashable {
        /// Written by a later version of this program.
        case newer
        /// Sealed with a key that isn't here, which has this id.
        case otherKey(String)
        /// Changed, another name's, or no sealed value at all.
        case damaged
    }

    /// What every version's line begins with.
    private static let family = "valetkey record "
    private static let lineLimit = 64

    /// Seals octets for a name. Each call gives another value.
    package static func seal(_ plain: [UInt8], for name: RegisterName, key: SealingKey) throws(Flaw) -> [UInt8] {
        let line = Array("\(family)1 \(key.id)\n".utf8)
        guard let box = try? ChaChaPoly.seal(plain, using: key.key, authenticating: line + Array(name.text.utf8))
        else { throw .damaged }
        return line + box.combined
    }

    /// Opens a value with the one of the keys that it names.
    package static func open(_ value: [UInt8], of name: RegisterName, keys: [SealingKey]) throws(Flaw) -> [UInt8] {
        guard let end = value.prefix(lineLimit).firstIndex(of: UInt8(ascii: "\n")),
            let line = String(validating: value[..<end], as: UTF8.self), line.hasPrefix(family)
        else { throw .damaged }
        let words = line.dropFirst(family.count).split(separator: " ", omittingEmptySubsequences: false)
        guard words.first == "1" else { throw words.first.flatMap { Int($0) } == nil ? .damaged : .newer }
        guard words.count == 2 else { throw .damaged }
        guard let key = keys.first(where: { $0.id == words[1] }) else { throw .otherKey(String(words[1])) }
        let binding = Array(value[...end]) + Array(name.text.utf8)
        guard let box = try? ChaChaPoly.SealedBox(combined: value[(end + 1)...]),
            let plain = try? ChaChaPoly.open(box, using: key.key, authenticating: binding)
        else { throw .damaged }
        return Array(plain)
    }
}
