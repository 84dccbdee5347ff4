import FoundationEssentials
import OAuth

/// A grant, which a consent or a client's own request has created. Revoking it revokes every token that was issued from
/// it.
struct IssuedGrant: Sendable {
    let clientID: String
    /// nil where the client acts for itself.
    let user: String?
    let scope: Scope
    /// The thumbprint of the key that the grant's tokens are bound to; nil where they aren't bound.
    var boundTo: String?
    /// The nonce of the authorization request, for the id_token.
    var nonce: String?
    /// The resources that the consent named (RFC 8707).
    var resources: [String] = []
    var isRevoked = false
}

struct RefreshTokenRecord: Sendable {
    let grant: Int
    let expires: Date?
    /// When the token was replaced by a newer one; nil while it is the current one.
    var replaced: Date?
    /// Whether the token was used once more within the grace period after its replacement.
    var isForgiven = false
}

struct AccessTokenRecord: Sendable {
    let grant: Int
    let scope: Scope
    let resources: [String]
    let issued: Date
    let expires: Date
    var isRevoked = false
}

struct CodeRecord: Sendable {
    let request: CodeRequest
    let clientID: String
    let user: String
    let scope: Scope
    let expires: Date
    var isUsed = false
    /// The grant that the code was redeemed for; nil while it is unused.
    var grant: Int?
}

/// An authorization request that waits for its user.
struct PendingConsent: Sendable {
    enum Purpose: Sendable {
        case code(CodeRequest)
        case device(TokenID, userCode: String)
    }

    let clientID: String
    let scope: Scope
    let purpose: Purpose
    let expires: Date
    /// The digest of the hidden token in the latest page; each page has its own.
    var formToken: TokenID
    /// The user; nil before the sign-in.
    var user: String?
    var failedSignIns = 0
}

/// The parameters of an authorization request other than the scope.
struct CodeRequest: Sendable {
    /// Where the response goes.
    let redirectURI: String
    /// Whether the request named the redirect URI: then the token request must name it too (RFC 6749 section 4.1.3).
    let namesRedirectURI: Bool
    let responseMode: ResponseMode
    let state: String?
    let codeChallenge: String?
    var nonce: String?
    var resources: [String] = []
}

/// The parameters of a request that was pushed (RFC 9126).
struct PushedRecord: Sendable {
    let clientID: String
    let form: Form
    let expires: Date
}

enum ResponseMode: String, Sendable {
    case query
    case formPost = "form_post"
}

/// A device authorization that waits for its user (RFC 8628).
struct DeviceRecord: Sendable {
    enum Decision: Sendable {
        case open
        case allowed(user: String)
        case denied
    }

    let clientID: String
    let scope: Scope
    let resources: [String]
    let userCode: String
    let expires: Date
    var interval: Duration
    var polled: Date?
    var decision = Decision.open
}
