import Crypto
import FoundationEssentials
import OAuth
import Text

/// Checks of proofs of possession (RFC 9449) and of clients' assertions (RFC 7523).
extension AuthorizationState {
    private struct ProofClaims: Decodable {
        var jti: String
        var htm: String
        var htu: String
        var iat: Double
        var nonce: String?
        var ath: String?
    }

    private struct AssertionClaims: Decodable {
        var iss: String
        var sub: String
        var aud: String
        var jti: String
        var exp: Double
    }

    /// By how many seconds the clock of a client may differ.
    private static let leeway = 60.0

    /// The thumbprint of the key in this request's proof; nil where there is no proof.
    mutating func thumbprint(
        of proof: String?, method: String, path: String, accessToken: String? = nil, now: Date
    ) throws(ServerRefusal) -> String? {
        guard let proof else { return nil }
        guard let token = ShownToken(proof), token.type == "dpop+jwt", let key = token.webKey,
            token.isSigned(by: [key]), let claims = token.claims(as: ProofClaims.self)
        else { throw ServerRefusal(.invalidDPoPProof, "the proof is malformed") }
        guard claims.htm == method, claims.htu == issuer + path,
            abs(claims.iat - now.timeIntervalSince1970) < Self.leeway
        else { throw ServerRefusal(.invalidDPoPProof, "the proof is for another request") }
        if let nonce = settings.proofNonce, claims.nonce != nonce {
            throw ServerRefusal(.useDPoPNonce, "the proof must contain the nonce")
        }
        guard usedNames.insert(TokenID(claims.jti)).inserted else {
            throw ServerRefusal(.invalidDPoPProof, "the proof was used before")
        }
        if let accessToken {
            let digest = Base64URL.encode(Array(SHA256.hash(data: Data(accessToken.utf8))))
            guard claims.ath == digest else { throw ServerRefusal(.invalidDPoPProof, "the proof is for another token") }
        }
        return Self.thumbprint(of: key)
    }

    /// The thumbprint over the required members in lexicographic order (RFC 7638 section 3).
    private static func thumbprint(of key: JSONWebKey) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = (try? encoder.encode(key.members)) ?? Data()
        return Base64URL.encode(Array(SHA256.hash(data: text)))
    }

    mutating func client(_ id: String, assertion: String, _ form: Form) throws(ServerRefusal) -> RegisteredClient {
        let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        guard form["client_assertion_type"] == type, form["client_secret"] == nil else {
            throw ServerRefusal(.invalidRequest, "client_assertion_type is not understood")
        }
        guard let client = settings.client(id), let keys = client.keys,
            let token = ShownToken(assertion), token.isSigned(by: keys.keys),
            let claims = token.claims(as: AssertionClaims.self),
            claims.iss == id, claims.sub == id, claims.aud == issuer + "/token",
            claims.exp > settings.now().timeIntervalSince1970, usedNames.insert(TokenID(claims.jti)).inserted
        else { throw ServerRefusal(.invalidClient, "the client is not known or its assertion is wrong") }
        return client
    }
}
