package import FoundationEssentials
import JWTKit
package import Text

/// A JSON Web Signature in its compact form (RFC 7515 section 7.1), made and checked by jwt-kit.
package enum JSONWebSignature {
    package static func sign(
        _ claims: some Codable & Sendable, type: String, key: SigningKey, keyID: String? = nil,
        webKey: JSONWebKey? = nil, header more: [String: String] = [:]
    ) async throws(SigningFault) -> Secret {
        var header: JWTHeader = ["typ": .string(type)]
        header.fields["kid"] = keyID.map { .string($0) }
        header.fields["jwk"] = webKey.map { .object($0.members.mapValues { .string($0) }) }
        for (name, value) in more { header.fields[name] = .string(value) }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let keys = try await key.signers(DefaultJWTSerializer(jsonEncoder: encoder))
            return Secret(try await keys.sign(Payload(claims: claims), header: header))
        } catch {
            throw .notSigned
        }
    }

    /// What is signed. Its claims are judged by those who know for what.
    private struct Payload<Claims: Codable & Sendable>: JWTPayload {
        var claims: Claims

        init(claims: Claims) {
            self.claims = claims
        }

        init(from decoder: any Decoder) throws {
            claims = try Claims(from: decoder)
        }

        func encode(to encoder: any Encoder) throws { try claims.encode(to: encoder) }

        func verify(using algorithm: some JWTAlgorithm) {}
    }

    private struct Anything: Codable {}

    /// A token whose header has been read, and whose signature nobody has checked yet.
    package struct Parts: Sendable {
        private struct Header: Decodable {
            var alg: String
            var kid: String?
            var crit: [String]?
        }

        package let claims: Data
        private let header: Header
        private let token: Secret

        /// nil where the text is no signed token.
        package init?(_ token: Secret) {
            // jwt-kit's own reading of a header ends the process at a number that is no Int.
            guard let parts = try? DefaultJWTParser().getTokenParts(Array(token.expose().utf8)),
                let octets = Base64URL.decode(String(decoding: parts.header, as: UTF8.self)),
                let header = try? JSONDecoder().decode(Header.self, from: octets),
                let claims = Base64URL.decode(String(decoding: parts.payload, as: UTF8.self)),
                Base64URL.decode(String(decoding: parts.signature, as: UTF8.self)) != nil
            else { return nil }
            (self.header, self.claims, self.token) = (header, claims, token)
        }

        /// Whether one of the keys has signed it.
        package func isSigned(by keys: JSONWebKeySet) async -> Bool {
            guard isUnderstood, let algorithm = JWK.Algorithm(rawValue: header.alg) else { return false }
            for key in keys.candidates(for: header.kid, algorithm) {
                let alone = JWTKeyCollection()
                if (try? await alone.add(jwk: key)) != nil, await isSigned(by: alone) { return true }
            }
            return false
        }

        /// Whether a client's secret has signed it (OpenID Connect Core section 10.1).
        package func isSigned(by secret: Secret) async -> Bool {
            guard isUnderstood, let (digest, octets) = Self.digests[header.alg],
                secret.expose().utf8.count >= octets
            else { return false }
            let alone = JWTKeyCollection()
            await alone.add(hmac: HMACKey(from: secret.expose()), digestAlgorithm: digest)
            return await isSigned(by: alone)
        }

        /// Whether it takes a secret that both sides know to check it.
        package var isSymmetric: Bool { Self.digests[header.alg] != nil }

        /// A header with critical extensions is for those who know them (RFC 7515 section 4.1.11).
        private var isUnderstood: Bool { header.crit == nil }

        private func isSigned(by keys: JWTKeyCollection) async -> Bool {
            (try? await keys.verify(token.expose(), as: Payload<Anything>.self)) != nil
        }

        /// With the least length of a key in octets (RFC 7518 section 3.2).
        private static let digests: [String: (algorithm: DigestAlgorithm, octets: Int)] = [
            "HS256": (.sha256, 32), "HS384": (.sha384, 48), "HS512": (.sha512, 64),
        ]
    }
}
