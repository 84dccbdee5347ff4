package import Accounts
import Failures
import FoundationEssentials

/// The schedule of refreshes and retries. All delays have jitter, so that accounts with the same expiry aren't
/// refreshed at the same time.
package struct RefreshPolicy: Sendable {
    /// How long before its expiry a token is refreshed; nil is the smaller of 5 minutes and a tenth of the lifetime.
    package var lead: Duration?
    /// How the server's replies deviate from the standards.
    @Shared package var replies: ReplyTraits

    package init(lead: Duration? = nil, replies: ReplyTraits = .standard) {
        self.lead = lead
        self.replies = replies
    }

    package init(_ settings: AccountSettings) {
        lead = settings.refreshBeforeExpiry
        _replies = settings.traits.$replies
    }

    /// The delay before a refused grant is tried once more, because refusals by large providers may be transient. It is
    /// shorter than a reader's default wait, so that the reader gets the final answer.
    static let secondTry = Duration.seconds(20)
    /// The pause after a configuration error, which rarely disappears by itself.
    static let misconfigured = Duration.seconds(3600)
    /// The delay after the machine has slept, because the network may need a moment.
    static let afterSleep = Duration.seconds(3)
    /// The pause after refusals without a reason once the access token has expired: the server may mean the refresh
    /// token, so it is asked rarely.
    static let unexplained = Duration.seconds(1800)
    /// The lifetime on which the schedule is based if none is stated; the token is served beyond it.
    static let assumedLifetime = Duration.seconds(3600)
    private static let leastOfConsent = Duration.seconds(30)
    private static let expiredAtOnce = Duration.seconds(60)
    private static let firstPause = Duration.seconds(2)
    private static let longestPause = Duration.seconds(300)

    /// Returns when the grant is refreshed; nil if only on request.
    func due(_ grant: Grant, jitter: inout Jitter) -> Instant? {
        if grant.lifetime == nil, grant.replies.tokenLifetime == .unlimited { return nil }
        let life = grant.lifetime ?? Self.assumedLifetime
        // A token that was never valid must not cause requests without a pause.
        if life < .seconds(1) { return grant.issued.instant + Self.expiredAtOnce + jitter.fraction(of: .seconds(10)) }
        let lead = min(lead ?? min(.seconds(300), life / 10), life / 2)
        let planned = life - lead
        // A server that always advises an immediate refresh would get requests without a pause.
        var after = min(max(grant.refreshIn ?? planned, min(life / 10, .seconds(60))), planned)
        // A refresh token that expires before the access token must be used earlier.
        if let ends = grant.consentEnds {
            let left = Duration.seconds(ends.timeIntervalSince(grant.issued.wall))
            after = min(after, max(left * 3 / 4, Self.leastOfConsent))
        }
        return grant.issued.instant + (after - jitter.fraction(of: min(lead / 4, after)))
    }

    /// The pause after a failed refresh. A server that is asked too often and doesn't say how long to wait also counts
    /// requests that are repeated too early, so those pauses begin longer.
    static func pause(after failure: Failure, failures: Int, jitter: inout Jitter) -> Duration {
        let first: Duration? =
            switch failure.code {
            case .throttled, .slowDown: .seconds(60)
            case .temporarilyUnavailable: .seconds(15)
            default: nil
            }
        let growing = first.map { min($0 * (1 << min(max(failures - 1, 0), 8)), longestPause * 2) }
        return pause(failures: failures, asked: failure.retryAfter ?? growing, jitter: &jitter)
    }

    /// Capped exponential backoff with full jitter above a floor of one second.
    static func pause(failures: Int, asked: Duration?, jitter: inout Jitter) -> Duration {
        let ceiling = min(longestPause, firstPause * (1 << min(failures, 8)))
        return max(asked ?? .zero, .seconds(1)) + jitter.fraction(of: ceiling)
    }
}

/// Draws random fractions of delays. It is seeded, so that a run can be repeated; don't use it for secrets.
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

    /// Takes one request from the allowance and returns nil, or returns when the next one is available.
    mutating func take(at now: Instant, of allowed: RequestAllowance) -> Instant? {
        left = min(Double(allowed.burst), left + (counted.map { max(0, (now - $0) / allowed.refill) } ?? 0))
        counted = now
        // Rounding must not lead to a wait of zero.
        guard left >= 1 else { return now + max(allowed.refill * (1 - left), .milliseconds(1)) }
        left -= 1
        return nil
    }
}
