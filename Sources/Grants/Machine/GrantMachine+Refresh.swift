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
        if let later = allowance.take(at: now.instant, of: policy.replies.allowance) {
            phase = trouble.map { .backingOff(grant, $0, until: later) } ?? .active(grant, due: later)
            return answer(readersBefore: later, .tooManyRequests(retryAfter: later - now.instant))
        }
        phase = .refreshing(grant, trouble)
        obstacle = nil
        return [.post(RefreshOrder(version: version, grant: grant))]
    }

    package mutating func refreshEnded(
        _ outcome: RefreshOutcome, of order: RefreshOrder, now: Moment
    ) -> [GrantAction] {
        guard order.version == version, case .refreshing(let grant, let trouble) = phase else {
            return stale(outcome, of: order)
        }
        if let wanted = order.further { return furtherEnded(outcome, of: wanted, grant, now: now) }
        switch outcome {
        case .granted(let tokens, let sent):
            let refreshed = grant.refreshed(by: tokens, sent: sent)
            version += 1
            refreshedAt = now.wall
            phase = .saving(refreshed, nil)
            let rotated = tokens.refreshToken.map { $0 != grant.refreshToken } ?? false
            return [
                .save(refreshed, version: version),
                .tell(.refreshed(expiresIn: refreshed.lifetime, rotated: rotated)),
            ]
        case .judged(let identity):
            version += 1
            phase = .saving(grant.judged(identity), nil)
            return [.save(grant.judged(identity), version: version)]
        case .replaced(_, let failure):
            guard let replaced = outcome.grant(after: grant) else {
                return backOff(grant, failure, trouble, now: now)
            }
            version += 1
            var trouble = trouble ?? Trouble(failure: failure, failures: 0, refusals: 0)
            (trouble.failure, trouble.refusals) = (failure, 0)
            phase = .saving(replaced, trouble)
            return [.save(replaced, version: version)]
        case .failed(let failure):
            switch failure.meaning {
            // A client that asks for itself has no user who could consent.
            case .consentNeeded where grant.isOwn, .configuration:
                return misconfigure(grant, failure, now: now)
            case .consentNeeded where (trouble?.refusals ?? 0) > 0:
                return requireConsent(grant, failure, now: now)
            case .consentNeeded:
                return backOff(grant, failure, trouble, refusals: 1, for: RefreshPolicy.secondTry, now: now)
            case .passing where failure.code == .unexplainedRefusal && isOver(grant, after: trouble, at: now):
                return slowDown(grant, failure, trouble, now: now)
            case .passing, .usage, .conflict, .fault:
                return backOff(grant, failure, trouble, now: now)
            }
        }
    }

    /// Takes the grant of a consent, which replaces the current one.
    package mutating func consented(_ consented: Grant, now: Moment) -> [GrantAction] {
        let grant = known(consented)
        version += 1
        emptiness = nil
        obstacle = nil
        phase = .saving(grant, nil)
        return endFurther() + [
            .save(grant, version: version),
            .tell(.consented(expiresIn: grant.lifetime, scope: grant.scope, missingScope: grant.missingScope)),
        ]
    }

    mutating func requireConsent(_ grant: Grant, _ failure: Failure, now: Moment) -> [GrantAction] {
        phase = .consentRequired(grant, failure)
        return [.tell(.consentRequired(failure))] + answerAll(.consentRequired(failure), after: failure, now: now)
    }

    mutating func misconfigure(_ grant: Grant, _ failure: Failure, now: Moment) -> [GrantAction] {
        let until = failure.isLasting ? .distantFuture : now.instant + RefreshPolicy.misconfigured
        phase = .misconfigured(grant, failure, until: until)
        return [.tell(.misconfigured(failure))] + answerAll(.misconfigured(failure), after: failure, now: now)
    }

    mutating func backOff(
        _ grant: Grant, _ failure: Failure, _ trouble: Trouble?, refusals: Int = 0, for fixed: Duration? = nil,
        now: Moment
    ) -> [GrantAction] {
        var failure = failure
        failure.hint = failure.hint ?? "if it keeps failing, contact the provider"
        let failures = (trouble?.failures ?? 0) + 1
        let pause = fixed ?? RefreshPolicy.pause(after: failure, failures: failures, jitter: &jitter)
        let until = now.instant + pause
        let past = Trouble(failure: failure, failures: failures, refusals: refusals, isTold: trouble?.isTold ?? false)
        phase = .backingOff(grant, past, until: until)
        let valid = grant.expires.map { max(.zero, $0.instant - now.instant) }
        return [.tell(.refreshFailed(failure, retryIn: pause, validFor: valid))]
            + answer(readersBefore: until, .unavailable(failure, retryAfter: pause))
    }

    /// Refreshes the account's own token, since a refusal of another one may mean the refresh token.
    mutating func doubt(_ grant: Grant, _ failure: Failure, now: Moment) -> [GrantAction] {
        backOff(grant, failure, nil, refusals: 1, for: RefreshPolicy.secondTry, now: now)
    }

    /// Orders the validation of the id_token that came with the newest refresh, whose refresh token is saved now.
    mutating func judge(_ grant: Grant) -> [GrantAction] {
        phase = .refreshing(grant, nil)
        return [.post(RefreshOrder(version: version, grant: grant))]
    }

    /// Whether this is a repeated refusal without a reason and the access token has expired. If its lifetime is
    /// unknown, it counts as expired after the third failure.
    private func isOver(_ grant: Grant, after trouble: Trouble?, at now: Moment) -> Bool {
        guard let trouble, trouble.failure.code == .unexplainedRefusal else { return false }
        return grant.expires.map { $0.instant <= now.instant } ?? (trouble.failures > 2)
    }

    /// Makes refreshes rare but keeps the refresh token, because the server may be the cause.
    private mutating func slowDown(
        _ grant: Grant, _ failure: Failure, _ trouble: Trouble?, now: Moment
    ) -> [GrantAction] {
        let pause = RefreshPolicy.unexplained + jitter.fraction(of: RefreshPolicy.unexplained)
        let actions = backOff(grant, failure, trouble, for: max(pause, failure.retryAfter ?? .zero), now: now)
        guard case .backingOff(let grant, var past, let until) = phase, !past.isTold else { return actions }
        past.isTold = true
        phase = .backingOff(grant, past, until: until)
        return actions + [.tell(.refusedWithoutReason(failure))]
    }
}
