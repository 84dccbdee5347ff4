import Crypto
import FoundationEssentials

/// Proof key for code exchange, always S256 (RFC 7636).
package struct PKCE: Sendable, Hashable {
    package let verifier: Secret

    /// A new verifier of 43 characters from 32 random octets (section 4.1).
    package init(using random: inout some RandomNumberGenerator) {
        self.init(verifier: RandomText.make(octets: 32, using: &random))
    }

    package init(verifier: Secret) {
        self.verifier = verifier
    }

    /// What the authorization request carries (section 4.2).
    package var challenge: String {
        Base64URL.encode(SHA256.hash(data: Data(verifier.expose().utf8)))
    }
}

/// Unguessable text of unreserved characters.
package enum RandomText {
    package static func make(octets: Int, using random: inout some RandomNumberGenerator) -> Secret {
        Secret(Base64URL.encode((0..<octets).map { _ in UInt8.random(in: 0...255, using: &random) }))
    }
}
