import Accounts
import Failures
import FoundationEssentials
import OAuth
import Text

extension GrantMachine {
    /// Starts a refresh, unless one is under way. Where the allowance is used up, it plans the refresh for later.
    mutating func startRefresh(now: Moment) -> [GrantAction] {
        let (grant, trouble): (Grant, Trouble?)
        switch phase {
        case .active(let held, _): (grant, trouble) = (held, nil)
        case .backingOff(let held, let past, _): (grant, trouble) = (held, past)
        case .consentRequired(let held, let failure):
            (grant, trouble) = (held, Trouble(failure: failure, failures: 0, refusals: 1))
        case .misconfigured(let held, let failure, _):
            (grant, trouble) = (held, Trouble(failure: failure, failures: 0, refusals: 0))
        case .loading, .empty, .refreshing, .saving: return []
        }
        guard grant.isRefreshable else {
            return requireConsent(grant, .noRefreshToken(account, at: now.wall), now: now)
        }
        if let later = allowance.take(at: now.instant) {
            phase = trouble.map { .backingOff(grant, $0, until: later) } ?? .active(grant, due: later)
            return answer(readersBefore: later, .tooManyRequests(retryAfter: later - now.instant))
        }
        phase = .refreshing(grant, trouble)
        return [.post(RefreshOrder(version: version, grant: grant))]
    }

    package mutating func refreshEnded(
        _ outcome: RefreshOutcome, of order: RefreshOrder, now: Moment
    ) -> [GrantAction] {
        guard order.version == version, case .refreshing(let grant, let trouble) = phase else {
            return stale(outcome, of: order)
        }
        switch outcome {
        case .granted(let tokens, let sent):
            let refreshed = grant.refreshed(by: tokens, sent: sent)
            version += 1
            refreshedAt = now.wall
            phase = .saving(refreshed)
            let rotated = tokens.refreshToken.map { $0 != grant.refreshToken } ?? false
            return [
                .save(refreshed, version: version),
                .tell(.refreshed(expiresIn: refreshed.lifetime, rotated: rotated)),
            ]
        case .failed(let failure):
            switch failure.meaning {
            // A client that asks for itself has no user who could consent.
            case .consentNeeded where grant.isOwn, .configuration:
                return misconfigure(grant, failure, now: now)
            case .consentNeeded where (trouble?.refusals ?? 0) > 0:
                return requireConsent(grant, failure, now: now)
            case .consentNeeded:
                return backOff(grant, failure, trouble, refusals: 1, for: RefreshPolicy.secondTry, now: now)
            case .passing, .usage, .conflict, .fault:
                return backOff(grant, failure, trouble, asked: failure.retryAfter, now: now)
            }
        }
    }

    /// Takes the grant of a consent, which replaces the current one.
    package mutating func consented(_ grant: Grant, now: Moment) -> [GrantAction] {
        version += 1
        emptiness = nil
        phase = .saving(grant)
        return [
            .save(grant, version: version),
            .tell(.consented(expiresIn: grant.lifetime, scope: grant.scope, missingScope: grant.missingScope)),
        ]
    }

    mutating func requireConsent(_ grant: Grant, _ failure: Failure, now: Moment) -> [GrantAction] {
        phase = .consentRequired(grant, failure)
        return [.tell(.consentRequired(failure))] + answerAll(.consentRequired(failure))
    }

    mutating func misconfigure(_ grant: Grant, _ failure: Failure, now: Moment) -> [GrantAction] {
        phase = .misconfigured(grant, failure, until: now.instant + RefreshPolicy.misconfigured)
        return [.tell(.misconfigured(failure))] + answerAll(.misconfigured(failure))
    }

    private mutating func backOff(
        _ grant: Grant, _ failure: Failure, _ trouble: Trouble?, refusals: Int = 0, for fixed: Duration? = nil,
        asked: Duration? = nil, now: Moment
    ) -> [GrantAction] {
        var failure = failure
        failure.hint = failure.hint ?? "it is tried again by itself; if it stays so, the server is at fault"
        let failures = (trouble?.failures ?? 0) + 1
        let pause = fixed ?? RefreshPolicy.pause(failures: failures, asked: asked, jitter: &jitter)
        let until = now.instant + pause
        phase = .backingOff(grant, Trouble(failure: failure, failures: failures, refusals: refusals), until: until)
        let valid = max(.zero, grant.expires.instant - now.instant)
        return [.tell(.refreshFailed(failure, retryIn: pause, validFor: valid))]
            + answer(readersBefore: until, .unavailable(failure, retryAfter: pause))
    }
}
