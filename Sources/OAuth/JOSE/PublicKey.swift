import Crypto
import CryptoExtras
import FoundationEssentials

/// A key that checks signatures.
package struct PublicKey: Sendable {
    private enum Key: Sendable {
        case p256(P256.Signing.PublicKey)
        case rsa(_RSA.Signing.PublicKey)
    }

    private let key: Key

    init(_ key: P256.Signing.PublicKey) {
        self.key = .p256(key)
    }

    init(_ key: _RSA.Signing.PublicKey) {
        self.key = .rsa(key)
    }

    /// Whether the signature is this key's, by this algorithm. A key of another kind checks nothing.
    func isValid(_ signature: Data, of message: Data, by algorithm: SignatureAlgorithm) -> Bool {
        switch (key, algorithm) {
        case (.p256(let key), .es256):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case (.rsa(let key), .rs256):
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: message),
                padding: .insecurePKCS1v1_5)
        case (.rsa(let key), .ps256):
            return key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: message), padding: .PSS)
        case (.p256, _), (.rsa, _): return false
        }
    }

    /// As RFC 7517 writes it.
    package var webKey: JSONWebKey {
        switch key {
        case .p256(let key):
            let point = key.rawRepresentation
            return JSONWebKey(
                kty: "EC", crv: "P-256", x: Base64URL.encode(point.prefix(32)), y: Base64URL.encode(point.suffix(32)))
        case .rsa(let key):
            guard let primitives = try? key.getKeyPrimitives() else { return JSONWebKey(kty: "RSA") }
            return JSONWebKey(
                kty: "RSA", n: Base64URL.encode(primitives.modulus), e: Base64URL.encode(primitives.publicExponent))
        }
    }
}
