import Crypto
import CryptoExtras
import FoundationEssentials
import OAuth
import Text

/// A signed token that a client presents: a proof of possession, or an assertion.
struct ShownToken {
    private struct Header: Decodable {
        var alg: String
        var typ: String?
        var kid: String?
        var jwk: JSONWebKey?
    }

    private let header: Header
    private let claims: Data
    private let message: Data
    private let signature: Data

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.decode(parts[0]), let claims = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2]),
            let header = try? JSONDecoder().decode(Header.self, from: header)
        else { return nil }
        (self.header, self.claims, self.signature) = (header, claims, signature)
        message = Data("\(parts[0]).\(parts[1])".utf8)
    }

    var type: String? { header.typ }

    /// The public key in the token's own header.
    var webKey: JSONWebKey? { header.jwk }

    func claims<Claims: Decodable>(as type: Claims.Type) -> Claims? { try? JSONDecoder().decode(type, from: claims) }

    func isSigned(by keys: [JSONWebKey]) -> Bool {
        keys.contains { (header.kid == nil || $0.kid == header.kid) && isSigned(by: $0) }
    }

    private func isSigned(by key: JSONWebKey) -> Bool {
        switch (header.alg, key.kty) {
        case ("ES256", "EC"):
            guard let key = key.p256, let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: message)
        case ("RS256", "RSA"): return key.rsa.map { isSigned(by: $0, .insecurePKCS1v1_5) } ?? false
        case ("PS256", "RSA"): return key.rsa.map { isSigned(by: $0, .PSS) } ?? false
        default: return false
        }
    }

    private func isSigned(by key: _RSA.Signing.PublicKey, _ padding: _RSA.Signing.Padding) -> Bool {
        key.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: signature), for: SHA256.hash(data: message), padding: padding)
    }
}

extension JSONWebKey {
    fileprivate var p256: P256.Signing.PublicKey? {
        guard crv == "P-256", let x = x.flatMap(Base64URL.decode), let y = y.flatMap(Base64URL.decode) else {
            return nil
        }
        return try? P256.Signing.PublicKey(rawRepresentation: x + y)
    }

    fileprivate var rsa: _RSA.Signing.PublicKey? {
        guard let n = n.flatMap(Base64URL.decode), let e = e.flatMap(Base64URL.decode) else { return nil }
        return try? _RSA.Signing.PublicKey(n: n, e: e)
    }
}
