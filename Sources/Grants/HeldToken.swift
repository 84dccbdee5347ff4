package import Accounts
package import OAuth
package import Text

/// A further access token of a grant: one that a refresh got for another scope or resource than the account's own.
package struct HeldToken: Sendable, Equatable {
    package var target: TokenTarget
    package var accessToken: Secret
    package var tokenType: String
    package var scope: Scope
    /// When the request for it was sent; its lifetime is counted from then.
    package var issued: Moment
    /// The lifetime in the server's reply; nil if it states none.
    package var statedLifetime: Duration?
    /// The delay from `issued` after which the server advises a refresh.
    package var refreshIn: Duration?
    /// Additional members of the reply.
    package var extra: [String: ExtraMember]

    package init(
        target: TokenTarget, accessToken: Secret, tokenType: String, scope: Scope, issued: Moment, lifetime: Duration?,
        refreshIn: Duration? = nil, extra: [String: ExtraMember] = [:]
    ) {
        self.target = target
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.scope = scope
        self.issued = issued
        statedLifetime = lifetime
        self.refreshIn = refreshIn
        self.extra = extra
    }

    package init(_ tokens: IssuedTokens, for target: TokenTarget, sent: Moment) {
        self.init(
            target: target, accessToken: tokens.accessToken, tokenType: tokens.tokenType,
            scope: tokens.scope ?? target.scope, issued: sent, lifetime: tokens.expiresIn, refreshIn: tokens.refreshIn,
            extra: tokens.extra)
    }
}

extension Grant {
    /// Returns the grant with this access token in place of the account's own one, so that what can be said of an access
    /// token is said of it: its expiry, when it is refreshed, and whether it may be handed out.
    package func holding(_ token: HeldToken) -> Grant {
        var grant = self
        grant.accessToken = token.accessToken
        grant.tokenType = token.tokenType
        grant.scope = token.scope
        grant.issued = token.issued
        grant.statedLifetime = token.statedLifetime
        grant.refreshIn = token.refreshIn
        grant.extra = extra.merging(token.extra) { $1 }
        return grant
    }

    /// Returns the grant after a refresh for a further token.
    func refreshed(byFurther tokens: IssuedTokens, sent: Moment) -> Grant {
        replacingRefreshToken(by: refreshed(by: tokens, sent: sent))
    }

    /// Returns the grant with the refresh token of another one, and with nothing else of it.
    func replacingRefreshToken(by other: Grant) -> Grant {
        var grant = self
        grant.refreshToken = other.refreshToken
        grant.consentEnds = other.consentEnds
        grant.consentLife = other.consentLife
        return grant
    }
}
