package import FoundationEssentials
import JWTKit

/// A public key as JSON (RFC 7517 section 4).
package struct JSONWebKey: Codable, Sendable, Hashable {
    package var kty: String
    package var crv: String?
    package var x: String?
    package var y: String?
    package var n: String?
    package var e: String?
    package var kid: String?
    package var use: String?
    package var alg: String?

    package init(
        kty: String, crv: String? = nil, x: String? = nil, y: String? = nil, n: String? = nil, e: String? = nil,
        kid: String? = nil, use: String? = nil
    ) {
        self.kty = kty
        self.crv = crv
        self.x = x
        self.y = y
        self.n = n
        self.e = e
        self.kid = kid
        self.use = use
    }

    /// The members that make up the key itself, without its id, use and algorithm.
    package var members: [String: String] {
        ["kty": kty, "crv": crv, "x": x, "y": y, "n": n, "e": e].compactMapValues { $0 }
    }

    /// The key for one algorithm; nil if the key must not be used with it or its type is unknown to jwt-kit.
    fileprivate func key(for algorithm: JWK.Algorithm) -> JWK? {
        guard (use ?? "sig") == "sig", (alg ?? algorithm.rawValue) == algorithm.rawValue else { return nil }
        // jwt-kit stores keys in a dictionary and so needs a name. Only this key is in it, so any name does.
        let name = JWKIdentifier(string: kid ?? "")
        switch kty {
        case "RSA": return .rsa(algorithm, identifier: name, modulus: n, exponent: e)
        case "EC":
            guard let curve = crv.flatMap(ECDSACurve.init), algorithm.curve == curve else { return nil }
            return .ecdsa(algorithm, identifier: name, x: x, y: y, curve: curve)
        case "OKP":
            return .octetKeyPair(algorithm, identifier: name, x: x, y: nil, curve: crv.flatMap(EdDSACurve.init))
        default: return nil
        }
    }
}

/// The keys that a server publishes (RFC 7517 section 5). Keys that can't be read are skipped.
package struct JSONWebKeySet: Sendable, Hashable {
    package var keys: [JSONWebKey]

    /// Returns nil if the document isn't a key set.
    package init?(_ document: Data) {
        guard let set = try? JSONDecoder().decode(Document.self, from: LeadingObject.data(in: document) ?? document)
        else { return nil }
        keys = set.keys.compactMap(\.key)
    }

    package init(_ keys: [JSONWebKey]) {
        self.keys = keys
    }

    /// The keys that may have made a signature with this key id: those with the same id or without one, and all keys if
    /// `id` is nil.
    func candidates(for id: String?, _ algorithm: JWK.Algorithm) -> [JWK] {
        keys.filter { id == nil || $0.kid == nil || $0.kid == id }.compactMap { $0.key(for: algorithm) }
    }

    private struct Document: Decodable {
        var keys: [Lenient]
    }

    private struct Lenient: Decodable {
        var key: JSONWebKey?

        init(from decoder: any Decoder) throws {
            key = try? JSONWebKey(from: decoder)
        }
    }
}

extension JWK.Algorithm {
    /// The curve that the algorithm requires (RFC 7518 section 3.4).
    fileprivate var curve: ECDSACurve? {
        switch self {
        case .es256: .p256
        case .es384: .p384
        case .es512: .p521
        default: nil
        }
    }
}
