import Accounts
import Failures

/// What time, a new configuration and other hosts bring about.
extension GrantMachine {
    /// Time has passed: does what is due.
    package mutating func wake(now: Moment) -> [GrantAction] {
        var actions: [GrantAction] = []
        if let retry = unsaved?.retry, retry <= now.instant, let grant, !isSaving {
            unsaved?.retry = nil
            actions.append(.save(grant, version: version))
        }
        switch phase {
        case .active(let grant, nil) where grant.expires.instant <= now.instant:
            actions += requireConsent(grant, .noRefreshToken(account, at: now.wall), now: now)
        case .active(_, let due?) where due <= now.instant: actions += startRefresh(now: now)
        case .backingOff(_, _, let until) where until <= now.instant: actions += startRefresh(now: now)
        case .misconfigured(_, _, let until) where until <= now.instant: actions += startRefresh(now: now)
        default: break
        }
        return actions + answerLateReaders(now: now)
    }

    /// The machine was asleep, or the wall clock jumped: what waits for the network is tried soon. A refusal's pause
    /// stands: it isn't the network that was waited for.
    package mutating func resume(now: Moment) -> [GrantAction] {
        if case .backingOff(let grant, let trouble, let until) = phase, trouble.refusals == 0 {
            let soon = now.instant + jitter.fraction(of: RefreshPolicy.afterSleep)
            phase = .backingOff(grant, trouble, until: min(until, soon))
        }
        return wake(now: now)
    }

    /// The configuration has changed in a way that leaves the grant valid.
    package mutating func adopt(_ policy: RefreshPolicy, now: Moment) -> [GrantAction] {
        self.policy = policy
        if case .active(let grant, _) = phase { settle(grant) }
        return retry(now: now)
    }

    /// The user may have mended what was wrong.
    package mutating func retry(now: Moment) -> [GrantAction] {
        switch phase {
        case .misconfigured(let grant, let failure, _):
            phase = .misconfigured(grant, failure, until: now.instant)
        case .backingOff(let grant, let trouble, _) where trouble.refusals == 0:
            phase = .backingOff(grant, trouble, until: now.instant)
        default: return []
        }
        return startRefresh(now: now)
    }
}
