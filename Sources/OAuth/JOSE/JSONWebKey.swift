import Crypto
import CryptoExtras
package import FoundationEssentials

/// A public key as JSON (RFC 7517 section 4), of the kinds that we use.
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

    init(
        kty: String, crv: String? = nil, x: String? = nil, y: String? = nil, n: String? = nil, e: String? = nil
    ) {
        self.kty = kty
        self.crv = crv
        self.x = x
        self.y = y
        self.n = n
        self.e = e
    }

    /// The key, where it is of a kind that we can use.
    package var publicKey: PublicKey? {
        switch (kty, crv) {
        case ("EC", "P-256"):
            guard let x = x.flatMap(Base64URL.decode), let y = y.flatMap(Base64URL.decode),
                let key = try? P256.Signing.PublicKey(rawRepresentation: x + y)
            else { return nil }
            return PublicKey(key)
        case ("RSA", _):
            guard let n = n.flatMap(Base64URL.decode), let e = e.flatMap(Base64URL.decode),
                let key = try? _RSA.Signing.PublicKey(n: n, e: e)
            else { return nil }
            return PublicKey(key)
        default: return nil
        }
    }
}

/// The keys that a server publishes (RFC 7517 section 5). Members that can't be read are left out.
package struct JSONWebKeySet: Sendable, Hashable {
    package var keys: [JSONWebKey]

    /// nil where the document is no key set at all.
    package init?(_ document: Data) {
        guard let set = try? JSONDecoder().decode(Document.self, from: document) else { return nil }
        keys = set.keys.compactMap(\.key)
    }

    package init(_ keys: [JSONWebKey]) {
        self.keys = keys
    }

    /// The keys that may have signed under this name; all of them where the signature names none.
    func candidates(for id: String?, _ algorithm: SignatureAlgorithm) -> [PublicKey] {
        keys.filter { key in
            (id == nil || key.kid == id) && (key.use ?? "sig") == "sig"
                && (key.alg ?? algorithm.rawValue) == algorithm.rawValue
        }.compactMap(\.publicKey)
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
