import Crypto
import FoundationEssentials
import OAuth
import Text

/// Creates values that nobody can guess.
enum RandomToken {
    /// 32 random octets, base64url.
    static func make() -> String {
        var random = SystemRandomNumberGenerator()
        return RandomText.make(octets: 32, using: &random).expose()
    }

    /// A user code of eight letters in two groups.
    static func userCode() -> String {
        var random = SystemRandomNumberGenerator()
        let code = RandomText.consonants(length: 8, using: &random)
        return "\(code.prefix(4))-\(code.suffix(4))"
    }
}

/// The digest of a token, a code or a hidden field. The server only keeps digests, so that its state can't be used to
/// impersonate a client, and the time of a lookup reveals nothing.
struct TokenID: Hashable, Sendable {
    private let digest: [UInt8]

    init(_ token: String) {
        digest = Array(SHA256.hash(data: Array(token.utf8)))
    }
}

/// The server's check of PKCE (RFC 7636 section 4.6), which only supports S256.
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
