import APIContract
import FoundationEssentials

/// What Google's libraries read from an executable that provides the subject token of a workload identity federation.
struct SubjectToken: Encodable {
    enum CodingKeys: String, CodingKey {
        case version
        case success
        case tokenType = "token_type"
        case token = "id_token"
        case expirationTime = "expiration_time"
    }

    var version = 1
    var success = true
    var tokenType = "urn:ietf:params:oauth:token-type:jwt"
    /// The token, whose member has this name for a JWT of any kind.
    var token: String
    /// Seconds since 1970; nil if the token's lifetime is unknown.
    var expirationTime: Int?

    init(_ answer: TokenAnswer) {
        token = answer.accessToken
        expirationTime = answer.expiresAt.map { Int($0.timeIntervalSince1970) }
    }
}
