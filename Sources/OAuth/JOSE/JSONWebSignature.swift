package import FoundationEssentials
import JWTKit
package import Text

/// Makes and verifies JSON Web Signatures in the compact form (RFC 7515 section 7.1), using jwt-kit.
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

    /// The signed payload. jwt-kit checks no claims here; the caller does.
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

    /// A token whose header has been parsed, but whose signature hasn't been verified yet.
    package struct Parts: Sendable {
        private struct Header: Decodable {
            var alg: String
            var kid: String?
            var crit: [String]?
        }

        package let claims: Data
        private let header: Header
        private let token: Secret

        /// Returns nil if the text isn't a signed token.
        package init?(_ token: Secret) {
            // jwt-kit's own parsing of a header ends the process at a number that doesn't fit an Int.
            guard let parts = try? DefaultJWTParser().getTokenParts(Array(token.expose().utf8)),
                let octets = Base64URL.decode(String(decoding: parts.header, as: UTF8.self)),
                let header = try? JSONDecoder().decode(Header.self, from: octets),
                let claims = Base64URL.decode(String(decoding: parts.payload, as: UTF8.self)),
                Base64URL.decode(String(decoding: parts.signature, as: UTF8.self)) != nil
            else { return nil }
            (self.header, self.claims, self.token) = (header, claims, token)
        }

        /// Whether one of the keys made the signature.
        package func isSigned(by keys: JSONWebKeySet) async -> Bool {
            guard isUnderstood, let algorithm = JWK.Algorithm(rawValue: header.alg) else { return false }
            for key in keys.candidates(for: header.kid, algorithm) {
                let alone = JWTKeyCollection()
                if (try? await alone.add(jwk: key)) != nil, await isSigned(by: alone) { return true }
            }
            return false
        }

        /// Whether the client's secret made the signature (OpenID Connect Core section 10.1).
        package func isSigned(by secret: Secret) async -> Bool {
            guard isUnderstood, let (digest, octets) = Self.digests[header.alg],
                secret.expose().utf8.count >= octets
            else { return false }
            let alone = JWTKeyCollection()
            await alone.add(hmac: HMACKey(from: secret.expose()), digestAlgorithm: digest)
            return await isSigned(by: alone)
        }

        /// Whether verification needs a secret that both sides share.
        package var isSymmetric: Bool { Self.digests[header.alg] != nil }

        /// A header with critical extensions must be rejected by those who don't implement them (RFC 7515 section
        /// 4.1.11).
        private var isUnderstood: Bool { header.crit == nil }

        private func isSigned(by keys: JWTKeyCollection) async -> Bool {
            (try? await keys.verify(token.expose(), as: Payload<Anything>.self)) != nil
        }

        /// The HMAC algorithms, each with its minimum key length in octets (RFC 7518 section 3.2).
        private static let digests: [String: (algorithm: DigestAlgorithm, octets: Int)] = [
            "HS256": (.sha256, 32), "HS384": (.sha384, 48), "HS512": (.sha512, 64),
        ]
    }
}
