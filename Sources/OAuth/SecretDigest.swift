import Crypto
import FoundationEssentials
package import Text

/// The SHA-256 of a secret, to recognize it later without keeping it. Only for values that can't be guessed, such as
/// `state` and authorization codes.
package struct SecretDigest: Sendable, Hashable {
    private let octets: [UInt8]

    package init(_ secret: Secret) {
        octets = Array(SHA256.hash(data: Data(secret.expose().utf8)))
    }
}
