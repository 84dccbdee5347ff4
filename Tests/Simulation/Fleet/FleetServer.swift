import Grants
import OAuth
import Text

/// A model of an authorization server for a fleet's accounts: it rotates refresh tokens, and ends the grant of one that
/// comes back, unless it tolerates that.
struct FleetServer {
    struct Account {
        /// The number of the newest refresh token.
        var newest = 0
        /// The number of the first refresh token of the newest consent.
        var first = 0
        var isDead = true
        /// The highest number of a token that was revoked.
        var revoked = 0
        var rotations = 0
        var requests = 0
    }

    let tolerates: [Bool]
    let lifetime: Duration
    var accounts: [Account]

    init(tolerates: [Bool], lifetime: Duration) {
        self.tolerates = tolerates
        self.lifetime = lifetime
        accounts = tolerates.map { _ in Account() }
    }

    mutating func consent(_ account: Int, at now: Instant) -> IssuedTokens {
        accounts[account].newest += 1
        accounts[account].first = accounts[account].newest
        accounts[account].isDead = false
        return issue(account, at: now)
    }

    /// Issues tokens; nil where the grant is over.
    mutating func refresh(_ account: Int, _ number: Int, at now: Instant) -> IssuedTokens? {
        accounts[account].requests += 1
        guard !accounts[account].isDead, number >= accounts[account].first else { return nil }
        guard number == accounts[account].newest || tolerates[account] else {
            accounts[account].isDead = true
            return nil
        }
        accounts[account].newest += 1
        accounts[account].rotations += 1
        return issue(account, at: now)
    }

    mutating func revoke(_ account: Int, _ number: Int) {
        accounts[account].revoked = max(accounts[account].revoked, number)
        if number >= accounts[account].first { accounts[account].isDead = true }
    }

    private func issue(_ account: Int, at now: Instant) -> IssuedTokens {
        let number = accounts[account].newest
        return IssuedTokens(
            accessToken: ModelToken(grantee: account, number: number, expires: now + lifetime).secret,
            expiresIn: lifetime, refreshToken: ModelToken(grantee: account, number: number).secret)
    }
}
