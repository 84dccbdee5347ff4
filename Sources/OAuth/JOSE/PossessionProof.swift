import Crypto
package import FoundationEssentials
package import Text

/// A proof that the sender of a request holds the key that its access token is bound to (RFC 9449 section 4.2). Each
/// request needs a new one, because the proof names the method and the URL.
package enum PossessionProof {
    private struct Claims: Codable {
        var jti: String
        var htm: String
        var htu: String
        var iat: Int
        var nonce: String?
        /// The hash of the access token that is sent in the request.
        var ath: String?
    }

    /// Returns the value of the `DPoP` header. The URL's query and fragment are left out. `accessToken` is the token
    /// sent in the request; nil at the token endpoint.
    package static func make(
        method: String, url: String, key: SigningKey, nonce: String?, accessToken: Secret? = nil, now: Date,
        using random: inout some RandomNumberGenerator
    ) async throws(SigningFault) -> Secret {
        let claims = Claims(
            jti: RandomText.make(octets: 16, using: &random).expose(), htm: method,
            htu: String(url.prefix { $0 != "?" && $0 != "#" }), iat: Int(now.timeIntervalSince1970), nonce: nonce,
            ath: accessToken.map { Base64URL.encode(SHA256.hash(data: Data($0.expose().utf8))) })
        return try await JSONWebSignature.sign(claims, type: "dpop+jwt", key: key, webKey: key.webKey)
    }
}
