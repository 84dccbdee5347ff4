package import Failures
package import FoundationEssentials

/// The body of `GET /accounts/{account}`: the state of one account. It never contains a token.
package struct AccountReport: Codable, Sendable, Equatable {
    package var account: String
    /// The account's label for people, if the configuration states one.
    package var label: String?
    /// The name of the preset, if the account uses one.
    package var provider: String?
    package var issuer: String?
    package var clientID: String
    package var state: AccountState
    /// The user who consented, if the authorization server sent an id_token.
    package var user: String?
    /// Other accounts for which the same user has consented.
    package var sameUserAs: [String]?
    /// The scope of the current access token, else the scope that a consent will request.
    package var scope: [String]
    /// Requested scopes that weren't granted (RFC 6749 section 3.3).
    package var missingScope: [String]?
    package var expiresAt: Date?
    /// Seconds until the access token expires; negative once it has.
    package var expiresIn: Int?
    /// The access token's lifetime in seconds when it was issued.
    package var lifetime: Int?
    package var nextRefreshAt: Date?
    /// Seconds until the next refresh; 0 if it is due or under way.
    package var nextRefreshIn: Int?
    /// How many seconds the provider promises to keep an unused refresh token.
    package var unusedLimit: Int?
    package var consentedAt: Date?
    /// When the refresh token expires, if the server states it.
    package var consentExpiresAt: Date?
    /// Whether `consentExpiresAt` is near and refreshes don't postpone it.
    package var consentEndsSoon: Bool?
    package var refreshedAt: Date?
    /// When the client's secret expires, if the configuration states it.
    package var clientExpiresAt: Date?
    /// True while the newest grant is only in memory, because it couldn't be written to disk.
    package var unsaved: Bool
    package var lastError: FailureReport?
    /// The further access tokens of the grant; nil if there are none.
    package var tokens: [TokenReport]?
    /// The files that are kept at the newest tokens; nil if there are none.
    package var tokenFiles: [TokenFileReport]?
    /// What is known of the grant in the store that several hosts share; nil where it isn't shared.
    package var share: ShareReport?
    /// The consent that is under way.
    package var consent: ConsentReport?
    /// Only in the answer to a logout: the outcome of the revocation at the server.
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

/// The state of an account as its readers see it.
package enum AccountState: String, Codable, Sendable, CaseIterable {
    /// Nobody has consented yet, or the user has logged out.
    case noGrant = "no_grant"
    /// A consent is under way and there is no grant yet.
    case consentPending = "consent_pending"
    /// The access token is valid.
    case active
    /// A refresh is under way.
    case refreshing
    /// The last refresh failed; the access token is still valid and is served.
    case retrying
    /// The last refresh failed and there is no valid access token; the daemon tries again.
    case unavailable
    /// The authorization server refused the refresh token; the user must consent again.
    case consentRequired = "consent_required"
    /// The authorization server refuses this client or scope; the configuration must change.
    case configurationError = "configuration_error"
    /// The key of the stored grants is locked.
    case locked
}

/// A failure, described for people.
package struct FailureReport: Codable, Sendable, Equatable {
    /// A stable code for programs to decide by, such as `invalid_grant` or `network`; the authorization server's own
    /// error code if that isn't a known one.
    package var code: String
    package var detail: String
    /// The next step for a person.
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

    /// `code` as a `FailureCode`.
    package var meansCode: FailureCode { FailureCode(onWire: code) }
}

/// The body of `GET /accounts`.
package struct AccountList: Codable, Sendable, Equatable {
    package var accounts: [AccountReport]

    package init(accounts: [AccountReport]) {
        self.accounts = accounts
    }
}
