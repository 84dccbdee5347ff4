package import Failures
package import FoundationEssentials

/// What `GET /accounts/{account}` tells of one account. It never holds a token.
package struct AccountReport: Codable, Sendable, Equatable {
    package var account: String
    /// What the configuration calls it for people.
    package var label: String?
    /// The name of the preset, where the configuration names one.
    package var provider: String?
    package var issuer: String?
    package var clientID: String
    package var state: AccountState
    /// Who consented, where the authorization server has told.
    package var user: String?
    /// Other accounts that the same user has consented for.
    package var sameUserAs: [String]?
    /// The scope of the access token in hand, else the scope that will be asked for.
    package var scope: [String]
    /// Scope that was asked for and not granted (RFC 6749 section 3.3).
    package var missingScope: [String]?
    package var expiresAt: Date?
    /// Seconds until the access token expires; negative once it has.
    package var expiresIn: Int?
    /// Seconds that the access token was issued for.
    package var lifetime: Int?
    package var nextRefreshAt: Date?
    /// Seconds until the next refresh; 0 while one is due or under way.
    package var nextRefreshIn: Int?
    /// Seconds that the provider promises to keep a refresh token which isn't used.
    package var unusedLimit: Int?
    package var consentedAt: Date?
    /// When the refresh token ends, where the server says so.
    package var consentExpiresAt: Date?
    /// Whether that end is near, and refreshes don't put it off.
    package var consentEndsSoon: Bool?
    package var refreshedAt: Date?
    /// True while a grant is held in memory that the disk refused.
    package var unsaved: Bool
    package var lastError: FailureReport?
    /// The consent that is under way.
    package var consent: ConsentReport?
    /// In the answer to a logout: what became of the grant at the server.
    package var revocation: RevocationReport?

    package init(
        account: String, provider: String? = nil, issuer: String? = nil, clientID: String, state: AccountState,
        scope: [String], missingScope: [String]? = nil, expiresAt: Date? = nil, expiresIn: Int? = nil,
        lifetime: Int? = nil, nextRefreshAt: Date? = nil, nextRefreshIn: Int? = nil, consentedAt: Date? = nil,
        refreshedAt: Date? = nil, unsaved: Bool = false, lastError: FailureReport? = nil, consent: ConsentReport? = nil
    ) {
        self.account = account
        self.provider = provider
        self.issuer = issuer
        self.clientID = clientID
        self.state = state
        self.scope = scope
        self.missingScope = missingScope
        self.expiresAt = expiresAt
        self.expiresIn = expiresIn
        self.lifetime = lifetime
        self.nextRefreshAt = nextRefreshAt
        self.nextRefreshIn = nextRefreshIn
        self.consentedAt = consentedAt
        self.refreshedAt = refreshedAt
        self.unsaved = unsaved
        self.lastError = lastError
        self.consent = consent
    }
}

/// What an account can do for a reader right now.
package enum AccountState: String, Codable, Sendable, CaseIterable {
    /// Nobody has consented yet, or the user logged out.
    case noGrant = "no_grant"
    /// A consent is under way and there is no grant yet.
    case consentPending = "consent_pending"
    /// The access token is valid.
    case active
    /// A refresh is under way.
    case refreshing
    /// The last refresh failed; the access token is still valid and is served.
    case retrying
    /// The last refresh failed and no access token is valid; it is tried again.
    case unavailable
    /// The authorization server refused the refresh token; the user must consent again.
    case consentRequired = "consent_required"
    /// The authorization server refuses this client or scope; the configuration must change.
    case configurationError = "configuration_error"
}

/// A failure in words that a person can act on.
package struct FailureReport: Codable, Sendable, Equatable {
    /// A stable word to decide by, such as `invalid_grant` or `network`; an authorization server's own word where that
    /// is none that we know.
    package var code: String
    package var detail: String
    /// What to do next.
    package var hint: String?
    package var at: Date?

    package init(code: String, detail: String, hint: String? = nil, at: Date? = nil) {
        self.code = code
        self.detail = detail
        self.hint = hint
        self.at = at
    }

    package init(_ code: FailureCode, _ detail: String, hint: String? = nil, at: Date? = nil) {
        self.init(code: code.rawValue, detail: detail, hint: hint, at: at)
    }

    /// What the word means here.
    package var meansCode: FailureCode { FailureCode(onWire: code) }
}

/// `GET /accounts`.
package struct AccountList: Codable, Sendable, Equatable {
    package var accounts: [AccountReport]

    package init(accounts: [AccountReport]) {
        self.accounts = accounts
    }
}
