import Grants

/// What the world knows of an account of a fleet, to check what the hosts do with it.
struct FleetStory {
    struct Claim {
        var host: Int
        var at: Instant
    }

    /// The claims that were made and not given back, by the number of the refresh token.
    var claims: [Int: [Claim]] = [:]
    /// The hosts with a request under way, by the number of the refresh token.
    var inFlight: [Int: [Int]] = [:]
    /// When each access token expires, by its number.
    var expiries: [Int: Instant] = [:]
    /// The numbers of refresh tokens whose claim a person has let a host take over.
    var taken: Set<Int> = []
    /// When the register was raised last.
    var raised = Instant(nanoseconds: 0)
    /// The number of the newest token that was logged out, the host, and whether its store has taken that.
    var loggedOut = 0
    var loggedOutBy = 0
    /// Whether a person was asked to consent and hasn't yet.
    var isConsentAwaited = false

    /// Forgets what can't matter any more.
    mutating func forget(before number: Int) {
        guard claims.count > 20 || expiries.count > 20 else { return }
        claims = claims.filter { $0.key > number - 8 }
        expiries = expiries.filter { $0.key > number - 8 }
    }
}
