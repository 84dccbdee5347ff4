import Crypto
import CryptoExtras
import FoundationEssentials

/// A private key that signs. It never shows itself.
package struct SigningKey: Sendable, CustomStringConvertible {
    private enum Key: Sendable {
        case p256(P256.Signing.PrivateKey)
        case rsa(_RSA.Signing.PrivateKey)
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
        } else if let key = try? _RSA.Signing.PrivateKey(pemRepresentation: text) {
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

    package var publicKey: PublicKey {
        switch key {
        case .p256(let key): PublicKey(key.publicKey)
        case .rsa(let key): PublicKey(key.publicKey)
        }
    }

    /// In the form of RFC 7518 section 3: for a curve the two numbers, one behind the other.
    func signature(of message: Data) throws(SigningFault) -> Data {
        do {
            switch (key, algorithm) {
            case (.p256(let key), _): return try key.signature(for: message).rawRepresentation
            case (.rsa(let key), .ps256):
                return try key.signature(for: SHA256.hash(data: message), padding: .PSS).rawRepresentation
            case (.rsa(let key), _):
                return try key.signature(for: SHA256.hash(data: message), padding: .insecurePKCS1v1_5).rawRepresentation
            }
        } catch {
            throw .notSigned
        }
    }

    package var description: String { "<\(algorithm.rawValue) key>" }
}

/// Why nothing was signed.
package enum SigningFault: Error, Sendable, Hashable, CustomStringConvertible {
    case notAKey
    /// The algorithm needs a key of another kind.
    case wrongKind
    case notSigned

    package var description: String {
        switch self {
        case .notAKey: "it holds no private key that signs: an RSA key of 2048 bits or more, or one on the curve P-256"
        case .wrongKind: "the algorithm needs a key of another kind"
        case .notSigned: "the key can't sign"
        }
    }
}
