import Crypto
import JWTKit
package import Text

/// A private key that signs. It never shows itself.
package struct SigningKey: Sendable, CustomStringConvertible {
    private enum Key: Sendable {
        case p256(P256.Signing.PrivateKey)
        case rsa(JWTKit.Insecure.RSA.PrivateKey)
    }

    private let key: Key
    package let algorithm: SignatureAlgorithm

    /// A new key for proofs of possession.
    package static func make() -> SigningKey { SigningKey(key: .p256(P256.Signing.PrivateKey()), algorithm: .es256) }

    private init(key: Key, algorithm: SignatureAlgorithm) {
        self.key = key
        self.algorithm = algorithm
    }

    /// Reads a PEM file's text: an RSA key or one on the curve P-256, in PKCS #8 or in the older forms.
    package init(pem: Secret, algorithm: SignatureAlgorithm? = nil) throws(SigningFault) {
        let text = pem.expose()
        if let key = try? P256.Signing.PrivateKey(pemRepresentation: text) {
            guard algorithm?.usesRSA != true else { throw .wrongKind }
            self.init(key: .p256(key), algorithm: .es256)
        } else if let key = try? JWTKit.Insecure.RSA.PrivateKey(pem: text) {
            guard algorithm?.usesRSA != false else { throw .wrongKind }
            self.init(key: .rsa(key), algorithm: algorithm ?? .rs256)
        } else {
            throw .notAKey
        }
    }

    /// Takes what `stored` gave.
    package init(stored: Secret) throws(SigningFault) {
        guard let octets = Base64URL.decode(stored.expose()),
            let key = try? P256.Signing.PrivateKey(rawRepresentation: octets)
        else { throw .notAKey }
        self.init(key: .p256(key), algorithm: .es256)
    }

    /// The key itself, to be kept sealed; nil for one that is kept in a file of its own.
    package var stored: Secret? {
        guard case .p256(let key) = key else { return nil }
        return Secret(Base64URL.encode(key.rawRepresentation))
    }

    /// The public half (RFC 7517).
    package var webKey: JSONWebKey {
        switch key {
        case .p256(let key):
            let point = key.publicKey.rawRepresentation
            return JSONWebKey(
                kty: "EC", crv: "P-256", x: Base64URL.encode(point.prefix(32)), y: Base64URL.encode(point.suffix(32)))
        case .rsa(let key):
            guard let primitives = try? key.publicKey.getKeyPrimitives() else { return JSONWebKey(kty: "RSA") }
            return JSONWebKey(
                kty: "RSA", n: Base64URL.encode(primitives.modulus), e: Base64URL.encode(primitives.publicExponent))
        }
    }

    /// This key alone, as jwt-kit signs with it.
    func signers(_ serializer: DefaultJWTSerializer) async throws -> JWTKeyCollection {
        let keys = JWTKeyCollection()
        switch (key, algorithm) {
        case (.p256(let key), _): await keys.add(ecdsa: try ES256PrivateKey(backing: key), serializer: serializer)
        case (.rsa(let key), .ps256): await keys.add(pss: key, digestAlgorithm: .sha256, serializer: serializer)
        case (.rsa(let key), _): await keys.add(rsa: key, digestAlgorithm: .sha256, serializer: serializer)
        }
        return keys
    }

    package var description: String { "<\(algorithm.rawValue) key>" }
}

/// Why nothing was signed.
package enum SigningFault: Error, Sendable, Hashable, CustomStringConvertible {
    case notAKey
    /// A JSON file that isn't that of a service account.
    case notAServiceAccount
    /// Neither the configuration nor the key's file says whose assertion it is.
    case namesNoClient
    /// The algorithm needs a key of another kind.
    case wrongKind
    case notSigned

    package var description: String {
        switch self {
        case .notAKey: "it holds no private key that signs: an RSA key of 2048 bits or more, or one on the curve P-256"
        case .notAServiceAccount: "it is no service account's file: one has client_email and private_key"
        case .namesNoClient: "it doesn't name the client, and client_id doesn't either"
        case .wrongKind: "the algorithm needs a key of another kind"
        case .notSigned: "the key can't sign"
        }
    }
}
