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

    /// What the key is made of, without its names and purposes.
    package var members: [String: String] {
        ["kty": kty, "crv": crv, "x": x, "y": y, "n": n, "e": e].compactMapValues { $0 }
    }

    /// The key for one algorithm, where it may be used for that; nil where it is of a kind that jwt-kit doesn't know.
    fileprivate func key(for algorithm: JWK.Algorithm) -> JWK? {
        guard (use ?? "sig") == "sig", (alg ?? algorithm.rawValue) == algorithm.rawValue else { return nil }
        // The key is used alone: its name is for the dictionary that jwt-kit keeps.
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

/// The keys that a server publishes (RFC 7517 section 5). Members that can't be read are left out.
package struct JSONWebKeySet: Sendable, Hashable {
    package var keys: [JSONWebKey]

    /// nil where the document is no key set at all.
    package init?(_ document: Data) {
        guard let set = try? JSONDecoder().decode(Document.self, from: LeadingObject.data(in: document) ?? document)
        else { return nil }
        keys = set.keys.compactMap(\.key)
    }

    package init(_ keys: [JSONWebKey]) {
        self.keys = keys
    }

    /// The keys that may have signed under this name: those that have it or have none, and all where there is no name.
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
    /// RFC 7518 section 3.4: each of these algorithms is for one curve.
    fileprivate var curve: ECDSACurve? {
        switch self {
        case .es256: .p256
        case .es384: .p384
        case .es512: .p521
        default: nil
        }
    }
}
