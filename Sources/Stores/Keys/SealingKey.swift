import Crypto
package import Files
import FoundationEssentials
import Glibc
package import Text

/// A symmetric key that seals the stored grants.
package struct SealingKey: Sendable, Equatable {
    private let octets: LockedOctets
    /// Identifies the key in sealed files, and reveals nothing of it.
    package let id: String

    static let size = 32

    /// `octets` are as many as `size`.
    init(octets: some Collection<UInt8>) {
        self.octets = LockedOctets(octets)
        let key = unsafe self.octets.withBytes { unsafe SymmetricKey(data: $0) }
        let code = HMAC<SHA256>.authenticationCode(for: Data("valetkey key".utf8), using: key)
        id = Base64URL.encode(code.prefix(9))
    }

    /// A new random key.
    static func make() -> SealingKey {
        var random = SystemRandomNumberGenerator()
        return SealingKey(octets: (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) })
    }

    /// For one use: this copy isn't in locked memory.
    var key: SymmetricKey { unsafe octets.withBytes { unsafe SymmetricKey(data: $0) } }

    /// Reads the key from a credential, which must be at least 32 random octets.
    package init(credential path: String) throws(StorageFault) {
        let octets: [UInt8]?
        do throws(SystemCallError) {
            octets = try POSIXFile(path, flags: O_RDONLY).read(limit: 4096)
        } catch {
            throw .key(path, error.reason)
        }
        guard let octets, octets.count >= Self.size else {
            throw .key(path, "it holds less than 32 octets, or over 4 kB")
        }
        self.init(octets: Array(SHA256.hash(data: octets)))
    }

    /// Reads a key that people hand on as text: its octets in base64url (RFC 4648 section 5). nil for any other text.
    package init?(text: Secret) {
        let text = text.expose()
        guard let octets = Base64URL.decode(text), octets.count == Self.size, Base64URL.encode(octets) == text else {
            return nil
        }
        self.init(octets: octets)
    }

    /// The keys in these octets, one after the other; nil where their length doesn't fit.
    static func list(_ octets: [UInt8]) -> [SealingKey]? {
        guard !octets.isEmpty, octets.count % size == 0 else { return nil }
        return stride(from: 0, to: octets.count, by: size).map { SealingKey(octets: octets[$0..<($0 + size)]) }
    }

    /// The opposite of `list`.
    static func octets(of keys: [SealingKey]) -> [UInt8] {
        keys.flatMap { unsafe $0.octets.withBytes { unsafe Array($0) } }
    }
}
