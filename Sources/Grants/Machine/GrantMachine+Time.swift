import Accounts
import Failures

/// The effects of time and of changes of the configuration.
extension GrantMachine {
    /// Does what is due by now.
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

    /// Handles the end of a sleep of the machine, or a jump of its wall clock: a refresh that waits for the network is
    /// tried soon. The pause after a refusal stands, because that doesn't depend on the network.
    package mutating func resume(now: Moment) -> [GrantAction] {
        if case .backingOff(let grant, let trouble, let until) = phase, trouble.refusals == 0 {
            let soon = now.instant + jitter.fraction(of: RefreshPolicy.afterSleep)
            phase = .backingOff(grant, trouble, until: min(until, soon))
        }
        return wake(now: now)
    }

    /// Applies a configuration under which the grant stays valid.
    package mutating func adopt(_ policy: RefreshPolicy, now: Moment) -> [GrantAction] {
        self.policy = policy
        if case .active(let grant, _) = phase { settle(grant) }
        return retry(now: now)
    }

    /// Tries again at once, because the user may have fixed the cause of a failure.
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
