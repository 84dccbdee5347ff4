package import FoundationEssentials
package import Text

/// The signed assertion that a client with a key sends instead of a secret (RFC 7523 section 3). Each is used for one
/// request.
package enum ClientAssertion {
    private struct Claims: Codable {
        var iss: String
        var sub: String
        var aud: String
        var jti: String
        var iat: Int
        var nbf: Int
        var exp: Int
    }

    /// The lifetime in seconds: long enough for a slow network and a clock that is slightly wrong.
    static let lifetime = 120.0

    /// `audience` is the token endpoint, which most servers expect; `certificate`, in PEM, is for servers that identify
    /// the key by its certificate.
    package static func make(
        clientID: String, audience: EndpointURL, key: SigningKey, keyID: String?, certificate: Secret? = nil,
        thumbprints: CertificateThumbprints = .both, now: Date, using random: inout some RandomNumberGenerator
    ) async throws(SigningFault) -> Secret {
        let seconds = Int(now.timeIntervalSince1970)
        let claims = Claims(
            iss: clientID, sub: clientID, aud: audience.text, jti: RandomText.make(octets: 16, using: &random).expose(),
            iat: seconds, nbf: seconds, exp: Int(now.timeIntervalSince1970 + lifetime))
        return try await JSONWebSignature.sign(
            claims, type: "JWT", key: key, keyID: keyID,
            header: certificate.map { thumbprints.header(of: $0, algorithm: key.algorithm) } ?? [:])
    }
}
