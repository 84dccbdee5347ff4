import Crypto
import CryptoExtras
import FoundationEssentials
import Text

/// What a passphrase costs to try (RFC 7914 section 2).
package struct ScryptCost: Sendable, Hashable {
    /// The binary logarithm of N.
    package var logN: Int
    package var blockSize: Int
    package var parallelism: Int

    package init(logN: Int, blockSize: Int = 8, parallelism: Int = 1) {
        self.logN = logN
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// 128 MiB of memory, and some tenths of a second.
    package static let standard = ScryptCost(logN: 17)

    /// Whether the work fits into 1 GiB and some seconds: a file must not be able to ask for more.
    var isBearable: Bool {
        (1...20).contains(logN) && (1...8).contains(blockSize) && (1...4).contains(parallelism)
    }
}

/// Octets that are sealed with a passphrase: a line with the cost and the salt, then ChaCha20-Poly1305 with the key that
/// scrypt derives. The line is bound in.
struct PassphraseBox: Sendable {
    private let line: [UInt8]
    private let cost: ScryptCost
    private let salt: [UInt8]
    private let sealed: [UInt8]

    private static let family = "valetkey key 1 scrypt"
    private static let lineLimit = 128
    private static let saltSize = 16

    /// nil where the bytes are no such file.
    init?(_ bytes: [UInt8]) {
        guard let end = bytes.prefix(Self.lineLimit).firstIndex(of: UInt8(ascii: "\n")),
            let text = String(validating: bytes[..<end], as: UTF8.self), text.hasPrefix(Self.family)
        else { return nil }
        let words = text.dropFirst(Self.family.count).split(separator: " ")
        guard words.count == 4, let logN = Int(words[0]), let blockSize = Int(words[1]),
            let parallelism = Int(words[2]), let salt = Base64URL.decode(String(words[3]))
        else { return nil }
        cost = ScryptCost(logN: logN, blockSize: blockSize, parallelism: parallelism)
        guard cost.isBearable else { return nil }
        self.salt = Array(salt)
        line = Array(bytes[...end])
        sealed = Array(bytes[(end + 1)...])
    }

    /// nil where the passphrase is another one, or the octets were changed.
    func open(_ passphrase: Secret) -> [UInt8]? {
        guard let key = Self.key(passphrase, salt, cost), let box = try? ChaChaPoly.SealedBox(combined: sealed),
            let octets = try? ChaChaPoly.open(box, using: key, authenticating: line)
        else { return nil }
        return Array(octets)
    }

    /// nil where there isn't enough memory.
    static func seal(_ octets: [UInt8], with passphrase: Secret, cost: ScryptCost) -> [UInt8]? {
        var random = SystemRandomNumberGenerator()
        let salt = (0..<saltSize).map { _ in UInt8.random(in: 0...255, using: &random) }
        let words = "\(cost.logN) \(cost.blockSize) \(cost.parallelism) \(Base64URL.encode(salt))"
        let line = Array("\(family) \(words)\n".utf8)
        guard let key = key(passphrase, salt, cost),
            let box = try? ChaChaPoly.seal(octets, using: key, authenticating: line)
        else { return nil }
        return line + box.combined
    }

    private static func key(_ passphrase: Secret, _ salt: [UInt8], _ cost: ScryptCost) -> SymmetricKey? {
        try? KDF.Scrypt.deriveKey(
            from: Array(passphrase.expose().utf8), salt: salt, outputByteCount: SealingKey.size,
            rounds: 1 << cost.logN, blockSize: cost.blockSize, parallelism: cost.parallelism)
    }
}
