import Crypto
import FoundationEssentials
package import Text

/// Recognises a secret without keeping it, by its SHA-256. Only for values that nobody can guess, such as `state` and
/// codes.
package struct SecretDigest: Sendable, Hashable {
    private let octets: [UInt8]

    package init(_ secret: Secret) {
        octets = Array(SHA256.hash(data: Data(secret.expose().utf8)))
    }
}
