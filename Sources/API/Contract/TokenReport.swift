package import FoundationEssentials

/// A further access token of a grant, as the report of its account has it. It never contains the token.
package struct TokenReport: Codable, Sendable, Equatable {
    package enum State: String, Codable, Sendable, CaseIterable {
        /// There is no grant, or the token hasn't been requested yet.
        case none
        /// The access token is valid.
        case active
        /// There is no valid access token; the daemon requests one as soon as it may.
        case unavailable
        /// The authorization server refuses the token's scope or resource.
        case refused
    }

    /// The token's name in the configuration; nil if a reader has asked for it by its scope or resource.
    package var token: String?
    package var state: State
    /// The scope of the current access token, else the requested one.
    package var scope: [String]
    package var resource: [String]?
    package var audience: String?
    package var expiresAt: Date?
    /// Seconds until the access token expires; negative once it has.
    package var expiresIn: Int?
    package var nextRefreshAt: Date?
    /// Seconds until the next refresh; 0 if it is due or under way.
    package var nextRefreshIn: Int?
    package var lastError: FailureReport?

    package init(
        token: String? = nil, state: State, scope: [String], resource: [String]? = nil, audience: String? = nil,
        expiresAt: Date? = nil, expiresIn: Int? = nil, nextRefreshAt: Date? = nil, nextRefreshIn: Int? = nil,
        lastError: FailureReport? = nil
    ) {
        self.token = token
        self.state = state
        self.scope = scope
        self.resource = resource
        self.audience = audience
        self.expiresAt = expiresAt
        self.expiresIn = expiresIn
        self.nextRefreshAt = nextRefreshAt
        self.nextRefreshIn = nextRefreshIn
        self.lastError = lastError
    }
}
