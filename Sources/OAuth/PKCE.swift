import Crypto
import FoundationEssentials
package import Text

/// Proof key for code exchange, always S256 (RFC 7636).
package struct PKCE: Sendable, Hashable {
    package let verifier: Secret

    /// Makes a new verifier: 43 characters from 32 random octets (section 4.1).
    package init(using random: inout some RandomNumberGenerator) {
        self.init(verifier: RandomText.make(octets: 32, using: &random))
    }

    package init(verifier: Secret) {
        self.verifier = verifier
    }

    /// The code challenge for the authorization request (section 4.2).
    package var challenge: String {
        Base64URL.encode(SHA256.hash(data: Data(verifier.expose().utf8)))
    }
}
