import Grants
import Text

/// What the world knows of an account's grants, to judge what the daemon makes of them.
struct Story {
    /// By grantee, the newest refresh token that has come from the server, as long as nothing excuses its loss.
    var received: [Int: ModelToken] = [:]
    /// By grantee, the oldest tokens that may still be there: older ones were replaced by a consent, or logged out.
    var oldest: [Int: Int] = [:]
    /// Access tokens of grants that the disk has refused in this process.
    var refused: Set<Secret> = []
    /// How many requests are on their way with one refresh token.
    var inFlight: [Secret: Int] = [:]
    var requests: [Instant] = []
    /// How often in a row a good grant was refused, by grantee.
    var refusals: [Int: Int] = [:]
    /// Revocations under way.
    var revocations = 0

    static let loggedOut = Int.max

    mutating func receive(_ token: ModelToken) {
        if token.number > received[token.grantee]?.number ?? 0 { received[token.grantee] = token }
    }

    /// The process has ended: what it knew is gone.
    mutating func crash() {
        refused = []
        inFlight = [:]
    }
}
