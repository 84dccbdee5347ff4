import Crypto
import JWTKit
package import Text

/// A private key that signs. Printing it doesn't reveal it.
package struct SigningKey: Sendable, CustomStringConvertible {
    private enum Key: Sendable {
        case p256(P256.Signing.PrivateKey)
        case rsa(JWTKit.Insecure.RSA.PrivateKey)
    }

    private let key: Key
    package let algorithm: SignatureAlgorithm

    /// Makes a new key for proofs of possession.
    package static func make() -> SigningKey { SigningKey(key: .p256(P256.Signing.PrivateKey()), algorithm: .es256) }

    private init(key: Key, algorithm: SignatureAlgorithm) {
        self.key = key
        self.algorithm = algorithm
    }

    /// Reads a PEM file: an RSA key or a P-256 key, in PKCS #8 or in the older formats.
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

    /// Restores a key from the value of `stored`.
    package init(stored: Secret) throws(SigningFault) {
        guard let octets = Base64URL.decode(stored.expose()),
            let key = try? P256.Signing.PrivateKey(rawRepresentation: octets)
        else { throw .notAKey }
        self.init(key: .p256(key), algorithm: .es256)
    }

    /// The key material, to be stored encrypted; nil for a key that stays in its own file.
    package var stored: Secret? {
        guard case .p256(let key) = key else { return nil }
        return Secret(Base64URL.encode(key.rawRepresentation))
    }

    /// The public key as a JSON Web Key (RFC 7517).
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

    /// A jwt-kit key collection that contains only this key.
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

/// Why a signature couldn't be made.
package enum SigningFault: Error, Sendable, Hashable, CustomStringConvertible {
    case notAKey
    /// The JSON file isn't a service account's key file.
    case notAServiceAccount
    /// Neither the configuration nor the key file names the client that the assertion is for.
    case namesNoClient
    /// The algorithm requires a key of another type.
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
