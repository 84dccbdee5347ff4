import Crypto
package import FoundationEssentials
package import Text

/// What a client with a key shows in the place of a secret (RFC 7523 section 3). For one request.
package enum ClientAssertion {
    private struct Claims: Codable {
        var iss: String
        var sub: String
        var aud: String
        var jti: String
        var iat: Int
        var exp: Int
    }

    /// Long enough for a slow network and a clock that is a little off.
    private static let lifetime = 120.0

    /// `audience` is the token endpoint, as most servers want it; `certificate`, in PEM, is for servers that know the
    /// key by it.
    package static func make(
        clientID: String, audience: EndpointURL, key: SigningKey, keyID: String?, certificate: Secret? = nil, now: Date,
        using random: inout some RandomNumberGenerator
    ) async throws(SigningFault) -> Secret {
        let claims = Claims(
            iss: clientID, sub: clientID, aud: audience.text, jti: RandomText.make(octets: 16, using: &random).expose(),
            iat: Int(now.timeIntervalSince1970), exp: Int(now.timeIntervalSince1970 + lifetime))
        return try await JSONWebSignature.sign(
            claims, type: "JWT", key: key, keyID: keyID, certificateDigest: certificate.flatMap(digest))
    }

    /// The SHA-256 of the first certificate of a PEM text (RFC 7515 section 4.1.8).
    private static func digest(of pem: Secret) -> String? {
        let lines = pem.expose().split(separator: "\n").map { $0.filter { !$0.isWhitespace } }
        guard let begin = lines.firstIndex(of: "-----BEGINCERTIFICATE-----"),
            let end = lines[begin...].firstIndex(of: "-----ENDCERTIFICATE-----"),
            let der = Data(base64Encoded: lines[(begin + 1)..<end].joined())
        else { return nil }
        return Base64URL.encode(SHA256.hash(data: der))
    }
}
