package import FoundationEssentials
package import OAuth
package import Text

/// What a consent gave, as the newest reply left it.
package struct Grant: Sendable, Equatable {
    package var accessToken: Secret
    package var tokenType: String
    /// False where readers must not get the access token (RFC 6749 section 7.1).
    package var isUsable: Bool
    /// nil where the authorization server gave none: then it ends with its access token, unless the client asks for
    /// itself.
    package var refreshToken: Secret?
    /// True where the client acts for itself, and refreshes by asking again (RFC 6749 section 4.4).
    package var isOwn: Bool
    /// The key that the tokens are bound to (RFC 9449).
    package var proofKey: Secret?
    /// Of whom the id_token of the consent spoke.
    package var identity: Identity?
    package var scope: Scope
    /// What the consent asked for.
    package var requestedScope: Scope
    /// When the request for the access token was sent: its life is counted from there.
    package var issued: Moment
    package var lifetime: Duration
    /// The server's advice when to refresh, from `issued`.
    package var refreshIn: Duration?
    package var consentedAt: Date

    /// Assumed where a reply says nothing of the token's life.
    package static let defaultLifetime = Duration.seconds(3600)

    package init(
        accessToken: Secret, tokenType: String, isUsable: Bool, refreshToken: Secret?, scope: Scope,
        requestedScope: Scope, issued: Moment, lifetime: Duration, refreshIn: Duration?, consentedAt: Date,
        isOwn: Bool = false, proofKey: Secret? = nil, identity: Identity? = nil
    ) {
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.isUsable = isUsable
        self.refreshToken = refreshToken
        self.scope = scope
        self.requestedScope = requestedScope
        self.issued = issued
        self.lifetime = lifetime
        self.refreshIn = refreshIn
        self.consentedAt = consentedAt
        self.isOwn = isOwn
        self.proofKey = proofKey
        self.identity = identity
    }

    /// The grant of a new consent; `sent` is when the code was sent to the token endpoint.
    package init(
        _ tokens: IssuedTokens, requestedScope: Scope, sent: Moment, isOwn: Bool = false, proofKey: Secret? = nil
    ) {
        self.init(
            accessToken: tokens.accessToken, tokenType: tokens.tokenType,
            isUsable: tokens.isUsable(withKey: proofKey != nil), refreshToken: tokens.refreshToken,
            scope: tokens.scope ?? requestedScope, requestedScope: requestedScope, issued: sent,
            lifetime: tokens.expiresIn ?? Self.defaultLifetime, refreshIn: tokens.refreshIn, consentedAt: sent.wall,
            isOwn: isOwn, proofKey: proofKey, identity: tokens.identity)
    }

    /// What a client that acts for itself begins with: nothing in hand, and the right to ask.
    package static func own(scope: Scope, proofKey: Secret?, at now: Moment) -> Grant {
        Grant(
            accessToken: Secret(""), tokenType: "", isUsable: false, refreshToken: nil, scope: scope,
            requestedScope: scope, issued: now, lifetime: .zero, refreshIn: nil, consentedAt: now.wall, isOwn: true,
            proofKey: proofKey)
    }

    /// The grant after a refresh: a new refresh token replaces the old one, and without one the old one stays
    /// (RFC 6749 section 6).
    package func refreshed(by tokens: IssuedTokens, sent: Moment) -> Grant {
        var grant = Grant(tokens, requestedScope: requestedScope, sent: sent, isOwn: isOwn, proofKey: proofKey)
        grant.refreshToken = tokens.refreshToken ?? refreshToken
        if !tokens.isBelieved { grant.accessToken = accessToken }
        grant.scope = tokens.scope ?? scope
        grant.consentedAt = consentedAt
        grant.identity = tokens.identity ?? identity
        return grant
    }

    /// Takes over a scope that others have too, where its own is the same.
    mutating func share(_ common: Scope) {
        if scope == common { scope = common }
        if requestedScope == common { requestedScope = common }
    }

    /// Whether it can be refreshed without its user.
    package var isRefreshable: Bool { refreshToken != nil || isOwn }

    /// Whether there is an access token at all, valid or not.
    package var hasToken: Bool { !accessToken.isEmpty }

    package var expires: Moment { issued + lifetime }

    package var missingScope: Scope { requestedScope.missing(from: scope) }

    /// What a refresh asks for: of what the consent asked for, that which was granted (RFC 6749 section 6). Where that
    /// leaves no access at all, it asks for nothing, which stands for what was granted, under whatever names.
    package var refreshScope: Scope {
        let missing = missingScope
        let granted = Scope(requestedScope.tokens.filter { !missing.contains($0) })
        return granted.isUnreported && !missing.isEmpty ? Scope([]) : granted
    }
}
