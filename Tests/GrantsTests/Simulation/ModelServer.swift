import Grants
import OAuth
import Text

/// An authorization server as the simulation knows it: rotates refresh tokens, calls a replayed one theft, and lets
/// one pass for a moment after its rotation where it has a grace period.
struct ModelServer {
    enum Verdict {
        case tokens(IssuedTokens)
        case invalidGrant
    }

    static let lifetime = Duration.seconds(3600)

    private static let longAgo = Instant(nanoseconds: .min / 4)

    let rotates: Bool
    let grace: Duration
    private var newest = 0
    private var rotatedAt = Self.longAgo
    private var isRevoked = true
    /// When each access token dies.
    private(set) var expiries: [String: Instant] = [:]

    init(rotates: Bool, grace: Duration) {
        self.rotates = rotates
        self.grace = grace
    }

    mutating func consent(at now: Instant) -> IssuedTokens {
        isRevoked = false
        newest += 1
        // What was granted before doesn't count as a rotation's predecessor.
        rotatedAt = Self.longAgo
        return issue(at: now)
    }

    mutating func refresh(_ token: Secret, at now: Instant) -> Verdict {
        guard accepts(token, at: now) else {
            isRevoked = true
            return .invalidGrant
        }
        if rotates {
            newest += 1
            rotatedAt = now
        }
        return .tokens(issue(at: now))
    }

    mutating func revoke() {
        isRevoked = true
    }

    /// Revocation of one refresh token (RFC 7009). One that was used up already tells this server nothing.
    mutating func end(_ token: Secret, at now: Instant) {
        if accepts(token, at: now) { isRevoked = true }
    }

    func accepts(_ token: Secret, at now: Instant) -> Bool {
        let number = Self.number(of: token)
        guard !isRevoked else { return false }
        return number == newest || (number == newest - 1 && now - rotatedAt < grace)
    }

    /// Counts the rotations and consents up to the one that the token comes from.
    static func number(of token: Secret) -> Int {
        token.expose().split(separator: "-").dropFirst().first.flatMap { Int($0) } ?? 0
    }

    func isAlive(_ accessToken: Secret, at now: Instant) -> Bool {
        expiries[accessToken.expose()].map { $0 > now } ?? false
    }

    private mutating func issue(at now: Instant) -> IssuedTokens {
        let access = "a-\(newest)-\(now.nanoseconds)"
        expiries = expiries.filter { $0.value > now }
        expiries[access] = now + Self.lifetime
        return IssuedTokens(
            accessToken: Secret(access), expiresIn: Self.lifetime, refreshToken: Secret("r-\(newest)"))
    }
}
