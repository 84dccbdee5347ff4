import Grants
import Text

/// A token of the model servers, whose text encodes all of its properties.
struct ModelToken {
    /// The prefix of every token, which occurs in no text for people.
    static let mark = "q7Zx9Kp2Wv-"

    let grantee: Int
    /// The number of rotations and consents of the grantee up to this token.
    let number: Int
    /// When an access token expires, in nanoseconds; 0 for a refresh token.
    let expires: Int64
    /// What an access token is for.
    var target = ModelTarget.own

    init(grantee: Int, number: Int, expires: Instant? = nil, target: Int = ModelTarget.own) {
        self.target = target
        self.grantee = grantee
        self.number = number
        self.expires = expires?.nanoseconds ?? 0
    }

    /// Decodes a token; nil for the empty token that a client begins with that acts for itself.
    init?(_ secret: Secret?) {
        guard let secret, !secret.isEmpty else { return nil }
        var parts: (Int64, Int64, Int64, Int64) = (0, 0, 0, 0)
        var part = 0
        for octet in secret.expose().utf8.dropFirst(Self.mark.utf8.count) {
            if octet == UInt8(ascii: "-") {
                part += 1
                continue
            }
            let digit = Int64(octet &- UInt8(ascii: "0"))
            switch part {
            case 0: parts.0 = parts.0 * 10 + digit
            case 1: parts.1 = parts.1 * 10 + digit
            case 2: parts.2 = parts.2 * 10 + digit
            default: parts.3 = parts.3 * 10 + digit
            }
        }
        (grantee, number, expires, target) = (Int(parts.0), Int(parts.1), parts.2, Int(parts.3))
    }

    var secret: Secret {
        let text = "\(Self.mark)\(grantee)-\(number)"
        return Secret(expires == 0 ? text : "\(text)-\(expires)-\(target)")
    }

    func isAlive(at now: Instant) -> Bool { expires > now.nanoseconds }
}
