package import Accounts
import Failures

/// The effects of time and of changes of the configuration.
extension GrantMachine {
    /// Performs everything that is due at `now`.
    package mutating func wake(now: Moment) -> [GrantAction] {
        var actions: [GrantAction] = []
        if let retry = unsaved?.retry, retry <= now.instant, let grant, !isSaving {
            unsaved?.retry = nil
            actions.append(.save(grant, version: version))
        }
        switch phase {
        case .active(let grant, nil) where grant.expires.map({ $0.instant <= now.instant }) == true:
            actions += requireConsent(grant, .noRefreshToken(account, at: now.wall), now: now)
        case .active(_, let due?) where due <= now.instant: actions += startRefresh(now: now)
        case .backingOff(_, _, let until) where until <= now.instant: actions += startRefresh(now: now)
        case .misconfigured(let grant, _, let until) where until <= now.instant && !grant.needsSettings:
            actions += startRefresh(now: now)
        default: break
        }
        return actions + wakeFurther(now: now) + answerLateReaders(now: now)
    }

    /// Handles the end of a sleep of the machine, or a jump of its wall clock: a refresh that waits for the network is
    /// tried soon. The pause after a refusal or throttling remains, because its cause isn't the network.
    package mutating func resume(now: Moment) -> [GrantAction] {
        if case .backingOff(let grant, let trouble, let until) = phase, trouble.mayPass {
            let soon = now.instant + jitter.fraction(of: RefreshPolicy.afterSleep)
            phase = .backingOff(grant, trouble, until: min(until, soon))
        }
        resumeFurther(now: now)
        return wake(now: now)
    }

    /// Applies a configuration under which the grant stays valid.
    package mutating func adopt(
        _ policy: RefreshPolicy, tokens: [String: TokenTarget] = [:], now: Moment
    ) -> [GrantAction] {
        self.policy = policy
        let changed = configureFurther(tokens, now: now) + learn(now: now)
        let published = grant.map { publishFurther($0, replansAll: true, now: now) } ?? []
        // Those who wait for a token that isn't configured any more are told so.
        let answered = changed.isEmpty ? [] : readWaiting(now: now)
        return changed + published + answered + retry(now: now)
    }

    /// Applies the settings' facts about the server's replies, which may make the current token usable or change its
    /// lifetime.
    private mutating func learn(now: Moment) -> [GrantAction] {
        guard let grant = grant.map(known) else { return [] }
        let isGood = grant.isUsable && grant.expires.map { $0.instant > now.instant } != false
        switch phase {
        case .active: settle(grant)
        case .misconfigured(_, let failure, _) where failure.code == .unusableToken && isGood: settle(grant)
        case .consentRequired(_, let failure) where failure.code == .noRefreshToken && isGood: settle(grant)
        case .misconfigured(_, let failure, let until): phase = .misconfigured(grant, failure, until: until)
        case .backingOff(_, let trouble, let until): phase = .backingOff(grant, trouble, until: until)
        case .consentRequired(_, let failure): phase = .consentRequired(grant, failure)
        case .refreshing(_, let trouble): phase = .refreshing(grant, trouble)
        case .saving(_, let trouble): phase = .saving(grant, trouble)
        case .loading, .empty: break
        }
        // A grant that is being saved or validated is published afterwards, and an unusable one doesn't replace the
        // published one.
        guard isActive || (published?.accessToken == grant.accessToken && grant.isUsable) else { return [] }
        let before = published
        let action = publish(grant)
        return published == before ? [] : [action]
    }

    /// Tries again at once, because the user may have fixed the cause of a failure.
    package mutating func retry(now: Moment) -> [GrantAction] {
        retryFurther(now: now)
        switch phase {
        case .misconfigured(let grant, let failure, _) where !grant.needsSettings:
            phase = .misconfigured(grant, failure, until: now.instant)
        case .backingOff(let grant, let trouble, _) where trouble.mayPass:
            phase = .backingOff(grant, trouble, until: now.instant)
        default: return startFurther(now: now)
        }
        return startRefresh(now: now)
    }
}
