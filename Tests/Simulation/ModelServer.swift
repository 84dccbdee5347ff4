import Grants
import OAuth
import Text

/// An authorization server as the simulation knows it: rotates refresh tokens, calls a replayed one theft, and lets
/// one pass for a moment after its rotation where it has a grace period.
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
    private var states = [State](repeating: State(), count: Grantee.count)

    init(rotates: Bool, grace: Duration, lifetime: Duration) {
        self.rotates = rotates
        self.grace = grace
        self.lifetime = lifetime
    }

    /// A user consents, or a client that acts for itself asks for the first time.
    mutating func consent(_ grantee: Int, isOwn: Bool, at now: Instant) -> IssuedTokens {
        states[grantee].isRevoked = false
        states[grantee].newest += 1
        // What was granted before doesn't count as a rotation's predecessor.
        states[grantee].rotatedAt = Self.longAgo
        return issue(grantee, isOwn: isOwn, at: now)
    }

    /// nil where the grant is over.
    mutating func refresh(_ token: ModelToken, at now: Instant) -> IssuedTokens? {
        guard accepts(token, at: now) else {
            states[token.grantee].isRevoked = true
            return nil
        }
        if rotates {
            states[token.grantee].newest += 1
            states[token.grantee].rotatedAt = now
        }
        return issue(token.grantee, isOwn: false, at: now)
    }

    mutating func revoke(_ grantee: Int) {
        states[grantee].isRevoked = true
    }

    /// Revocation of one refresh token (RFC 7009). One that was used up already tells this server nothing.
    mutating func end(_ token: ModelToken, at now: Instant) {
        if accepts(token, at: now) { states[token.grantee].isRevoked = true }
    }

    func accepts(_ token: ModelToken, at now: Instant) -> Bool {
        let state = states[token.grantee]
        guard !state.isRevoked else { return false }
        return token.number == state.newest || (token.number == state.newest - 1 && now - state.rotatedAt < grace)
    }

    private func issue(_ grantee: Int, isOwn: Bool, at now: Instant) -> IssuedTokens {
        let number = states[grantee].newest
        return IssuedTokens(
            accessToken: ModelToken(grantee: grantee, number: number, expires: now + lifetime).secret,
            expiresIn: lifetime, refreshToken: isOwn ? nil : ModelToken(grantee: grantee, number: number).secret)
    }
}
