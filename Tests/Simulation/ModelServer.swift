import Grants
import OAuth
import Text

/// A model of an authorization server. It rotates refresh tokens and revokes the grant of a replayed one, except within
/// a grace period after the rotation.
struct ModelServer {
    private struct State {
        var newest = 0
        var rotatedAt = ModelServer.longAgo
        var isRevoked = true
    }

    private static let longAgo = Instant(nanoseconds: .min / 4)

    let rotates: Bool
    let grace: Duration
    let lifetime: Duration
    /// Whether replies state the token's lifetime. If not, the token is valid until it is revoked.
    let statesLifetime: Bool
    /// Whether a refresh that names a scope is refused.
    let refusesScope: Bool
    /// Until this time the server refuses all requests because they were too many.
    var throttledUntil = ModelServer.longAgo
    private var states = [State](repeating: State(), count: Grantee.count)

    init(
        rotates: Bool, grace: Duration, lifetime: Duration, statesLifetime: Bool = true, refusesScope: Bool = false
    ) {
        self.statesLifetime = statesLifetime
        self.refusesScope = refusesScope
        self.rotates = rotates
        self.grace = grace
        self.lifetime = lifetime
    }

    /// Issues tokens for a user's consent, or for the first request of a client that acts for itself.
    mutating func consent(
        _ grantee: Int, isOwn: Bool, for target: Int = ModelTarget.own, at now: Instant
    ) -> IssuedTokens {
        states[grantee].isRevoked = false
        states[grantee].newest += 1
        // Tokens from before the consent have no grace period.
        states[grantee].rotatedAt = Self.longAgo
        return issue(grantee, isOwn: isOwn, for: target, at: now)
    }

    /// Issues tokens for a refresh; nil where the grant is over.
    mutating func refresh(_ token: ModelToken, for target: Int, at now: Instant) -> IssuedTokens? {
        guard accepts(token, at: now) else {
            states[token.grantee].isRevoked = true
            return nil
        }
        if rotates {
            states[token.grantee].newest += 1
            states[token.grantee].rotatedAt = now
        }
        return issue(token.grantee, isOwn: false, for: target, at: now)
    }

    mutating func revoke(_ grantee: Int) {
        states[grantee].isRevoked = true
    }

    /// Revokes a refresh token (RFC 7009). A token that is already used up has no effect.
    mutating func end(_ token: ModelToken, at now: Instant) {
        if accepts(token, at: now) { states[token.grantee].isRevoked = true }
    }

    func accepts(_ token: ModelToken, at now: Instant) -> Bool {
        let state = states[token.grantee]
        guard !state.isRevoked else { return false }
        return token.number == state.newest || (token.number == state.newest - 1 && now - state.rotatedAt < grace)
    }

    private func issue(_ grantee: Int, isOwn: Bool, for target: Int, at now: Instant) -> IssuedTokens {
        let number = states[grantee].newest
        let expires = statesLifetime ? now + lifetime : .distantFuture
        return IssuedTokens(
            accessToken: ModelToken(grantee: grantee, number: number, expires: expires, target: target).secret,
            expiresIn: statesLifetime ? lifetime : nil,
            refreshToken: isOwn ? nil : ModelToken(grantee: grantee, number: number).secret)
    }
}
