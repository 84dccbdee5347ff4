package import Accounts
package import Failures
package import FoundationEssentials
package import OAuth
package import Text

/// The tokens and their properties that a consent gave, updated by each refresh.
package struct Grant: Sendable, Equatable {
    package var accessToken: Secret
    package var tokenType: String
    /// False if the id_token that came with the access token was rejected: the token's user is then unknown.
    package var isBelieved: Bool
    /// True if the client acts for itself and refreshes by requesting a new token (RFC 6749 section 4.4).
    package var isOwn: Bool
    /// Whether the server accepts a refresh only without `scope`.
    package var refusesScope = false
    /// nil if the authorization server issued none: the grant then ends with its access token, unless the client acts
    /// for itself.
    @Locked package var refreshToken: Secret?
    /// The key that the tokens are bound to (RFC 9449).
    @Rare package var proofKey: Secret?
    /// The identity in the id_token of the consent.
    @Rare package var identity: Identity?
    /// The newest id_token that was validated, where the account keeps it (`ReplyTraits.keepsIDToken`).
    @Rare package var idToken: Secret?
    package var scope: Scope
    /// The scope that the consent requested.
    package var requestedScope: Scope
    /// When the request for the access token was sent; its lifetime is counted from then.
    package var issued: Moment
    /// The lifetime in the server's reply; nil if it states none.
    package var statedLifetime: Duration?
    /// The delay from `issued` after which the server advises a refresh.
    @Rare package var refreshIn: Duration?
    package var consentedAt: Date
    /// Additional members of the newest replies and of the authorization response.
    package var extra: [String: ExtraMember] = [:]
    /// When the refresh token expires, if the server states it.
    @Rare package var consentEnds: Date?
    /// The longest lifetime that the server has stated for a refresh token; a refresh may extend the consent by it.
    @Rare package var consentLife: Duration?
    /// The tokens of the newest refresh whose id_token isn't validated yet. Until it is, the access token isn't handed
    /// out.
    @Rare package var unjudged: UnjudgedToken?
    /// How the server's replies deviate, from the account's settings. Not stored with the grant.
    @Shared package var replies = ReplyTraits.standard

    package init(
        accessToken: Secret, tokenType: String, isBelieved: Bool = true, refreshToken: Secret?, scope: Scope,
        requestedScope: Scope, issued: Moment, lifetime: Duration?, refreshIn: Duration?, consentedAt: Date,
        isOwn: Bool = false, proofKey: Secret? = nil, identity: Identity? = nil
    ) {
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.isBelieved = isBelieved
        self.refreshToken = refreshToken
        self.scope = scope
        self.requestedScope = requestedScope
        self.issued = issued
        statedLifetime = lifetime
        self.consentedAt = consentedAt
        self.isOwn = isOwn
        self.refreshIn = refreshIn
        self.proofKey = proofKey
        self.identity = identity
    }

    /// The grant of a new consent; `sent` is when the code was sent to the token endpoint.
    package init(
        _ tokens: IssuedTokens, requestedScope: Scope, sent: Moment, isOwn: Bool = false, proofKey: Secret? = nil
    ) {
        self.init(
            accessToken: tokens.accessToken, tokenType: tokens.tokenType,
            refreshToken: tokens.refreshToken,
            scope: tokens.scope ?? requestedScope, requestedScope: requestedScope, issued: sent,
            lifetime: tokens.expiresIn, refreshIn: tokens.refreshIn, consentedAt: sent.wall,
            isOwn: isOwn, proofKey: proofKey, identity: tokens.identity)
        refusesScope = tokens.refusesScope
        idToken = tokens.validIDToken
        extra = tokens.extra
        consentLife = tokens.refreshTokenExpiresIn
        consentEnds = consentLife.map { sent.wall + $0.timeInterval }
    }

    /// The initial grant of a client that acts for itself: it has no token yet, but can request one.
    package static func own(scope: Scope, proofKey: Secret?, at now: Moment) -> Grant {
        Grant(
            accessToken: Secret(""), tokenType: "", refreshToken: nil, scope: scope,
            requestedScope: scope, issued: now, lifetime: .zero, refreshIn: nil, consentedAt: now.wall, isOwn: true,
            proofKey: proofKey)
    }

    /// Returns the grant after a refresh. A new refresh token replaces the old one; if there is none, the old one stays
    /// valid (RFC 6749 section 6).
    package func refreshed(by tokens: IssuedTokens, sent: Moment) -> Grant {
        var grant = Grant(tokens, requestedScope: requestedScope, sent: sent, isOwn: isOwn, proofKey: proofKey)
        grant.refreshToken = tokens.refreshToken ?? refreshToken
        if let idToken = tokens.idToken {
            grant.unjudged = UnjudgedToken(idToken: idToken, before: unjudged?.before ?? accessToken)
        }
        grant.scope = tokens.scope ?? scope
        grant.consentedAt = consentedAt
        grant.identity = tokens.identity ?? identity
        grant.idToken = tokens.validIDToken ?? idToken
        grant.refusesScope = refusesScope || tokens.refusesScope
        grant.extra = extra.merging(tokens.extra) { $1 }
        // A new refresh token without a stated lifetime may never expire, so the old end doesn't apply to it.
        if tokens.refreshTokenExpiresIn == nil, tokens.refreshToken == nil || tokens.refreshToken == refreshToken {
            grant.consentEnds = consentEnds
        }
        grant.consentLife = [consentLife, tokens.refreshTokenExpiresIn].compactMap(\.self).max()
        grant.replies = replies
        return grant
    }

    /// Returns the grant after the id_token of its newest refresh was validated; nil if it was rejected. Then the new
    /// access token is replaced by the previous one.
    package func judged(_ identity: Identity?) -> Grant {
        guard let unjudged else { return self }
        var grant = self
        grant.unjudged = nil
        grant.identity = self.identity ?? identity
        guard identity == nil else {
            if replies.keepsIDToken { grant.idToken = unjudged.idToken }
            return grant
        }
        grant.isBelieved = false
        grant.accessToken = unjudged.before
        return grant
    }

    /// Uses the shared copy of a scope if its own is equal.
    mutating func share(_ common: Scope) {
        if scope == common { scope = common }
        if requestedScope == common { requestedScope = common }
    }

    /// Whether the grant can be refreshed without its user.
    package var isRefreshable: Bool { refreshToken != nil || isOwn }

    /// Whether only different settings can make the access token usable: it can't be refreshed, and its user is the
    /// right one.
    var needsSettings: Bool { !isRefreshable && isBelieved }

    /// Whether there is an access token at all, valid or not.
    package var hasToken: Bool { !accessToken.isEmpty }

    /// The access token's lifetime: the one that the server states, else the account's. A stated 0 is ignored if the
    /// grant can't be refreshed.
    package var lifetime: Duration? {
        if let statedLifetime, statedLifetime > .zero || isRefreshable { return statedLifetime }
        if case .limited(let lifetime) = replies.tokenLifetime { return lifetime }
        return nil
    }

    /// nil if the lifetime is unknown.
    package var expires: Moment? { lifetime.map { issued + $0 } }

    /// Whether the access token may be handed out. A token of an unknown type isn't (RFC 6749 section 7.1), unless the
    /// account allows it, nor one that is bound to a missing key.
    package var isUsable: Bool {
        hasToken && isBelieved && unjudged == nil && accessToken.fitsHeader && (hasKnownType || replies.takesAnyType)
    }

    private var hasKnownType: Bool { IssuedTokens.isUsable(type: tokenType, withKey: proofKey != nil) }

    /// The token type that readers use in the `Authorization` header.
    package var servedType: String { hasKnownType ? tokenType : "Bearer" }

    /// The reason why the access token isn't handed out, for a person.
    package func unusable(_ account: String, at now: Date) -> Failure {
        if !isBelieved {
            return Failure(
                .unusableToken, "the access token can't be handed out: its id_token isn't believed",
                hint: "check issuer and client_id of [accounts.\(account)], then run: valetkey login \(account)",
                at: now)
        }
        if accessToken.fitsHeader || !hasToken {
            return Failure(
                .unusableToken,
                "the access token can't be handed out: the server calls its type \(tokenType.quoted), not Bearer",
                hint:
                    "if the API takes it as a Bearer token, set token_type = \"Bearer\" in [accounts.\(account)], then "
                    + "run: valetkey reload", account: account, at: now)
        }
        return Failure(
            .unusableToken, "the access token can't be handed out: it has characters that no header can carry",
            hint: "tell the server's operator, then run: valetkey login \(account)", at: now)
    }

    /// Whether a new consent is due soon; nil if the server doesn't state the refresh token's lifetime. It stays false
    /// if each refresh extends the lifetime.
    package func endsSoon(at now: Date) -> Bool? {
        guard let consentEnds, let consentLife else { return nil }
        let left = Duration.seconds(consentEnds.timeIntervalSince(now))
        return left < min(consentLife / 4, Self.soon)
    }

    private static let soon = Duration.seconds(14 * 86_400)

    package var missingScope: Scope { requestedScope.missing(from: scope) }

    /// The scope that a refresh requests: the granted part of the requested scope (RFC 6749 section 6). If that
    /// contains no access to a resource, it is empty, which stands for whatever was granted, under any names.
    package var refreshScope: Scope {
        if refusesScope { return Scope([]) }
        let missing = missingScope
        let granted = Scope(requestedScope.tokens.filter { !missing.contains($0) })
        return granted.isUnreported && !missing.isEmpty ? Scope([]) : granted
    }
}
