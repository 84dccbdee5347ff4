package import Accounts
import FoundationEssentials

/// When a grant is refreshed, and when it is tried again. All waits are drawn with jitter, so that many accounts with
/// one expiry don't fire together.
package struct RefreshPolicy: Sendable {
    /// How long before expiry; nil is the earlier of 5 minutes and a tenth of the lifetime.
    package var lead: Duration?
    /// How the server's replies deviate from the standards.
    package var replies: ReplyTraits

    package init(lead: Duration? = nil, replies: ReplyTraits = .standard) {
        self.lead = lead
        self.replies = replies
    }

    package init(_ settings: AccountSettings) {
        self.init(lead: settings.refreshBeforeExpiry, replies: settings.traits.replies)
    }

    /// A refused grant is tried once more after this: refusals are seen to be transient at large providers. Below a
    /// reader's default wait, so that it gets a true answer.
    static let secondTry = Duration.seconds(20)
    /// After an error of the configuration nothing changes by itself, or rarely.
    static let misconfigured = Duration.seconds(3600)
    /// After the machine has slept: the network may need a moment.
    static let afterSleep = Duration.seconds(3)
    /// The pause after refusals without a reason once the access token has expired: the server may mean the refresh
    /// token, so it is asked rarely.
    static let unexplained = Duration.seconds(1800)
    /// The lifetime on which the schedule is based if none is stated; the token is served beyond it.
    private static let assumedLifetime = Duration.seconds(3600)
    private static let leastOfConsent = Duration.seconds(30)
    private static let expiredAtOnce = Duration.seconds(60)
    private static let firstPause = Duration.seconds(2)
    private static let longestPause = Duration.seconds(300)

    /// Returns when the grant is refreshed; nil if only on request.
    func due(_ grant: Grant, jitter: inout Jitter) -> Instant? {
        if grant.lifetime == nil, grant.replies.tokenLifetime == .unlimited { return nil }
        let life = grant.lifetime ?? Self.assumedLifetime
        // A token that never was valid is no reason to ask without a pause.
        if life < .seconds(1) { return grant.issued.instant + Self.expiredAtOnce + jitter.fraction(of: .seconds(10)) }
        let lead = min(lead ?? min(.seconds(300), life / 10), life / 2)
        let planned = life - lead
        // A server whose advice is "now" would be asked without a pause.
        var after = min(max(grant.refreshIn ?? planned, min(life / 10, .seconds(60))), planned)
        // A refresh token that expires before the access token must be used earlier.
        if let ends = grant.consentEnds {
            let left = Duration.seconds(ends.timeIntervalSince(grant.issued.wall))
            after = min(after, max(left * 3 / 4, Self.leastOfConsent))
        }
        return grant.issued.instant + (after - jitter.fraction(of: min(lead / 4, after)))
    }

    /// Capped exponential backoff with full jitter above a floor of one second.
    static func pause(failures: Int, asked: Duration?, jitter: inout Jitter) -> Duration {
        let ceiling = min(longestPause, firstPause * (1 << min(failures, 8)))
        return max(asked ?? .zero, .seconds(1)) + jitter.fraction(of: ceiling)
    }
}

/// Draws fractions of waits. Seeded, so that a run can be repeated; nothing secret comes from it.
package struct Jitter: Sendable, RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func fraction(of duration: Duration) -> Duration {
        guard duration > .zero else { return .zero }
        return duration * Double.random(in: 0..<1, using: &self)
    }
}

/// Limits the token requests of one grant, as a token bucket.
struct Allowance: Sendable {
    private var left = Double.infinity
    private var counted: Instant?

    /// Takes one, or tells when the next one is there.
    mutating func take(at now: Instant, of allowed: RequestAllowance) -> Instant? {
        left = min(Double(allowed.burst), left + (counted.map { max(0, (now - $0) / allowed.refill) } ?? 0))
        counted = now
        // Rounding must not lead to a wait of nothing.
        guard left >= 1 else { return now + max(allowed.refill * (1 - left), .milliseconds(1)) }
        left -= 1
        return nil
    }
}
