import FoundationEssentials
import OAuth

/// What one consent gave: every token that descends from it falls with it.
struct GrantRecord: Sendable {
    let clientID: String
    /// Nil where the client acts for itself.
    let user: String?
    let scope: Scope
    /// The key that its tokens are bound to, by its thumbprint.
    var boundTo: String?
    /// What the authorization request wants to see in the id_token.
    var nonce: String?
    var isRevoked = false
}

struct RefreshTokenRecord: Sendable {
    let grant: Int
    let expires: Date?
    /// When another one took its place.
    var replaced: Date?
    /// The grace period admits one replay.
    var isForgiven = false
}

struct AccessTokenRecord: Sendable {
    let grant: Int
    let scope: Scope
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
    /// What its redemption gave.
    var grant: Int?
}

/// A user who is somewhere between the sign-in page and the answer.
struct PendingConsent: Sendable {
    enum Purpose: Sendable {
        case code(CodeRequest)
        case device(TokenID, userCode: String)
    }

    let clientID: String
    let scope: Scope
    let purpose: Purpose
    let expires: Date
    /// What the page that is open now carries; each page has its own.
    var formToken: TokenID
    /// Who signed in.
    var user: String?
    var failedSignIns = 0
}

/// What an authorization request asked for beside the scope.
struct CodeRequest: Sendable {
    /// Where the answer goes.
    let redirectURI: String
    /// Whether the request named it: then the token request must as well (RFC 6749 section 4.1.3).
    let namesRedirectURI: Bool
    let responseMode: ResponseMode
    let state: String?
    let codeChallenge: String?
    var nonce: String?
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

/// A device that waits for its user (RFC 8628).
struct DeviceRecord: Sendable {
    enum Decision: Sendable {
        case open
        case allowed(user: String)
        case denied
    }

    let clientID: String
    let scope: Scope
    let userCode: String
    let expires: Date
    var interval: Duration
    var polled: Date?
    var decision = Decision.open
}
