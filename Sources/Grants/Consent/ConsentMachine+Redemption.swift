import Accounts
import Failures
import OAuth
import Text

/// A token request of a consent, with at most one retry.
struct Redemption: Sendable, Equatable {
    enum Subject: Sendable, Equatable {
        case code(Secret, AuthorizationRequest)
        /// The client itself requests tokens; there is no code.
        case own(ResolvedAccount)
    }

    let subject: Subject
    /// When the request is sent for the second and last time; nil while it is under way.
    var retry: Instant?
    private var hasPaused = false

    /// The browser's page waits for the outcome, so a longer pause ends the consent.
    private static let longestPause = Duration.seconds(60)
    private static let pause = Duration.seconds(2)

    init(_ subject: Subject) {
        self.subject = subject
    }

    /// Schedules the second try and returns true, if there may be one. A code can be redeemed only once, so the server
    /// must not have processed the first request.
    mutating func pauses(after failure: Failure, now: Instant) -> Bool {
        let pause = max(failure.retryAfter ?? Self.pause, .seconds(1))
        guard failure.isUnprocessed, !hasPaused, pause <= Self.longestPause else { return false }
        hasPaused = true
        retry = now + pause
        return true
    }
}

extension ConsentMachine {
    package mutating func redeemed(_ outcome: RefreshOutcome, now: Moment) -> [ConsentAction] {
        guard case .live(let terms, .redeeming(var redemption)) = phase, redemption.retry == nil else { return [] }
        switch outcome {
        case .granted(let tokens, let sent): return keep(tokens, sent: sent, terms, now: now)
        // This outcome occurs in refreshes only.
        case .judged: return []
        case .failed(let failure), .replaced(_, let failure):
            if redemption.pauses(after: failure, now: now.instant) {
                phase = .live(terms, .redeeming(redemption))
                return []
            }
            let failure = withHint(failure)
            return end(.failed, .failed(failure), failure: failure)
        }
    }

    /// Whether the consent pauses before its second try, with no request under way.
    var isPausing: Bool {
        if case .live(_, .redeeming(let redemption)) = phase { redemption.retry != nil } else { false }
    }

    mutating func redeemIfDue(now: Moment) -> [ConsentAction] {
        guard case .live(let terms, .redeeming(var redemption)) = phase, let due = redemption.retry, due <= now.instant
        else { return [] }
        redemption.retry = nil
        phase = .live(terms, .redeeming(redemption))
        switch redemption.subject {
        case .code(let code, let request): return [.redeem(code: code, request, key: terms.key)]
        case .own(let account): return [.requestTokens(account, key: terms.key)]
        }
    }
}
