import Crypto
import FoundationEssentials
import OAuth

/// Values that nobody can guess.
enum RandomToken {
    /// 32 random octets, base64url.
    static func make() -> String {
        var random = SystemRandomNumberGenerator()
        return Base64URL.encode((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    }

    /// Eight letters that are hard to mix up and form no word (RFC 8628 section 6.1).
    static func userCode() -> String {
        let letters = Array("BCDFGHJKLMNPQRSTVWXZ")
        var random = SystemRandomNumberGenerator()
        let code = (0..<8).map { _ in letters[Int.random(in: letters.indices, using: &random)] }
        return String(code.prefix(4)) + "-" + String(code.suffix(4))
    }
}

/// What the server remembers of a token, a code or a hidden field: its digest, so that nothing it holds can be used,
/// and looking one up tells nothing by its duration.
struct TokenID: Hashable, Sendable {
    private let digest: [UInt8]

    init(_ token: String) {
        digest = Array(SHA256.hash(data: Array(token.utf8)))
    }
}

/// PKCE as the server checks it (RFC 7636 section 4.6); S256 alone.
enum CodeChallenge {
    static func matches(verifier: String, challenge: String) -> Bool {
        Base64URL.encode(Array(SHA256.hash(data: Array(verifier.utf8)))) == challenge
    }

    static func isWellFormed(_ challenge: String) -> Bool {
        challenge.utf8.count == 43 && challenge.utf8.allSatisfy(isUnreserved)
    }

    static func isWellFormed(verifier: String) -> Bool {
        (43...128).contains(verifier.utf8.count) && verifier.utf8.allSatisfy(isUnreserved)
    }

    private static func isUnreserved(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
