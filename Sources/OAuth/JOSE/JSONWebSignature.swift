package import FoundationEssentials

/// A JSON Web Signature in its compact form (RFC 7515 section 7.1).
///
/// Made and checked by swift-crypto's primitives: a general JWT library brings X.509 with it, for a daemon that makes
/// two kinds of token and checks one, with three algorithms.
package enum JSONWebSignature {
    /// The members of a header that we write.
    private struct Header: Encodable {
        var alg: String
        var typ: String
        var kid: String?
        var jwk: JSONWebKey?
        /// The digest of the key's certificate.
        var x5t: String?

        enum CodingKeys: String, CodingKey {
            case alg, typ, kid, jwk
            case x5t = "x5t#S256"
        }
    }

    package static func sign(
        _ claims: some Encodable, type: String, key: SigningKey, keyID: String? = nil, webKey: JSONWebKey? = nil,
        certificateDigest: String? = nil
    ) throws(SigningFault) -> Secret {
        let header = Header(alg: key.algorithm.rawValue, typ: type, kid: keyID, jwk: webKey, x5t: certificateDigest)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let header = try? encoder.encode(header), let claims = try? encoder.encode(claims) else {
            throw .notSigned
        }
        let message = "\(Base64URL.encode(header)).\(Base64URL.encode(claims))"
        let signature = try key.signature(of: Data(message.utf8))
        return Secret("\(message).\(Base64URL.encode(signature))")
    }

    /// A token that has been taken apart, not yet checked.
    package struct Parts: Sendable {
        package let type: String?
        package let webKey: JSONWebKey?
        package let claims: Data
        private let algorithm: SignatureAlgorithm?
        private let keyID: String?
        private let message: Data
        private let signature: Data

        /// nil where the text is no signed token.
        package init?(_ token: Secret) {
            let parts = token.expose().split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, let header = Base64URL.decode(parts[0]), let claims = Base64URL.decode(parts[1]),
                let signature = Base64URL.decode(parts[2]),
                let members = try? JSONDecoder().decode(ReadHeader.self, from: header)
            else { return nil }
            // A header with critical extensions is for those who know them (RFC 7515 section 4.1.11).
            algorithm = members.crit == nil ? SignatureAlgorithm(rawValue: members.alg) : nil
            keyID = members.kid
            type = members.typ
            webKey = members.jwk
            self.claims = claims
            message = Data("\(parts[0]).\(parts[1])".utf8)
            self.signature = signature
        }

        /// Whether one of the keys has signed it.
        package func isSigned(by keys: JSONWebKeySet) -> Bool {
            guard let algorithm else { return false }
            return keys.candidates(for: keyID, algorithm).contains {
                $0.isValid(signature, of: message, by: algorithm)
            }
        }
    }

    private struct ReadHeader: Decodable {
        var alg: String
        var typ: String?
        var kid: String?
        var jwk: JSONWebKey?
        var crit: [String]?
    }
}
