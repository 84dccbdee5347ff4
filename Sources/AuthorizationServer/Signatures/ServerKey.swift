import Crypto
import FoundationEssentials
package import OAuth
import Text

/// The key that signs an authorization server's id_tokens with ES256.
///
/// It uses the cryptographic primitives directly, not the client's library, so that the two sides can't share a
/// mistake.
package struct ServerKey: Sendable {
    private struct Header: Encodable {
        let alg = "ES256"
        let typ = "JWT"
        let kid: String
    }

    private let key = P256.Signing.PrivateKey()
    package let id: String

    package init(id: String) {
        self.id = id
    }

    package var webKey: JSONWebKey {
        let point = key.publicKey.rawRepresentation
        return JSONWebKey(
            kty: "EC", crv: "P-256", x: Base64URL.encode(point.prefix(32)), y: Base64URL.encode(point.suffix(32)),
            kid: id, use: "sig")
    }

    /// Signs the claims and returns the token (RFC 7515 section 7.1).
    package func sign(_ claims: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        let message = try [encoder.encode(Header(kid: id)), encoder.encode(claims)]
            .map { Base64URL.encode($0) }.joined(separator: ".")
        return try "\(message).\(Base64URL.encode(key.signature(for: Data(message.utf8)).rawRepresentation))"
    }
}
