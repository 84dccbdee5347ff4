package import Failures
package import FoundationEssentials
import Text

/// Results of calls to the store, and logouts.
extension GrantMachine {
    /// Takes the grant that the store held; `failure` says why there is none, where that needs an explanation.
    ///
    /// A refresh of this grant may be under way already, ordered before the account was removed from the configuration
    /// and added again. The machine waits for its result then, since a refresh token may work only once. A token of an
    /// earlier boot is refreshed at once, and served until then.
    package mutating func loadEnded(
        _ grant: Grant?, further tokens: [String: HeldToken] = [:], failure: Failure? = nil, refreshedAt: Date? = nil,
        flights: [RefreshOrder] = [], isOfEarlierBoot: Bool = false, now: Moment
    ) -> [GrantAction] {
        guard isLoading else { return [] }
        emptiness = failure
        guard let grant = grant.map(known) else {
            phase = .empty
            return answerAll(.consentRequired(failure))
        }
        self.refreshedAt = refreshedAt
        settle(grant)
        if isOfEarlierBoot, grant.isRefreshable { phase = .active(grant, due: now.instant) }
        let flight = flights.last(where: { $0.grant.refreshToken == grant.refreshToken })
        if let flight {
            version = flight.version
            phase = .refreshing(grant, nil)
        }
        holdFurther(tokens)
        let published = [publish(grant)] + publishFurther(grant, now: now)
        if isOfEarlierBoot { refreshFurther(at: now.instant) }
        if flight == nil, grant.unjudged != nil { return published + judge(grant) + readWaiting(now: now) }
        return published + resumeReaders(now: now)
    }

    package mutating func saveEnded(
        _ failure: Failure?, version saved: UInt64, now: Moment
    ) -> [GrantAction] {
        guard saved == version else { return [] }
        var actions: [GrantAction] = []
        if let failure {
            let failures = (unsaved?.failures ?? 0) + 1
            let pause = RefreshPolicy.pause(failures: failures, asked: nil, jitter: &jitter)
            unsaved = Unsaved(failure: failure, failures: failures, retry: now.instant + pause)
            actions.append(.tell(.saveFailed(failure, retryIn: pause)))
        } else if unsaved != nil {
            unsaved = nil
            actions.append(.tell(.savedAtLast))
        }
        guard case .saving(let grant, let trouble) = phase else { return actions }
        if let flight = further?.flight { return actions + furtherSaved(grant, flight, now: now) }
        if let trouble { return actions + backOff(grant, trouble.failure, trouble, now: now) }
        if grant.unjudged != nil { return actions + judge(grant) }
        guard grant.isUsable else {
            return actions + misconfigure(grant, grant.unusable(account, at: now.wall), now: now)
        }
        settle(grant)
        let token = ServedToken(grant, key: TokenKey(account: account), version: version)
        published = token
        return actions + [.publish(token)] + answerReaders(with: token, now: now) + goOnWithFurther(grant, now: now)
    }

    /// Goes on with the further tokens after the account's own one was refreshed.
    private mutating func goOnWithFurther(_ grant: Grant, now: Moment) -> [GrantAction] {
        if further == nil, readers.isEmpty { return [] }
        return publishFurther(grant, now: now) + resumeReaders(now: now)
    }

    /// Reports that the grant was erased from the store, or why not.
    package mutating func eraseEnded(_ failure: Failure?) -> [GrantAction] {
        guard let failure else { return [] }
        if case .empty = phase { emptiness = failure }
        return [.tell(.eraseFailed(failure))]
    }

    /// Adopts a newer grant that another host has written to the shared store, unless this host has an unsaved one,
    /// which is newer.
    package mutating func adopt(
        _ grant: Grant, further tokens: [String: HeldToken] = [:], refreshedAt: Date?, now: Moment
    ) -> [GrantAction] {
        guard isSettled else { return [] }
        let isOfOtherConsent = grant.consentedAt != self.grant?.consentedAt
        let ended = isOfOtherConsent ? endFurther() : []
        further?.forgetFlight()
        holdFurther(tokens)
        let grant = known(grant)
        version += 1
        emptiness = nil
        self.refreshedAt = refreshedAt
        let told = GrantAction.tell(.adopted(expiresIn: grant.expires.map { $0.instant - now.instant }))
        // The previous token is served until the new one is validated.
        if grant.unjudged != nil { return ended + judge(grant) + [told] + readWaiting(now: now) }
        settle(grant)
        return ended + [publish(grant), told] + publishFurther(grant, now: now) + resumeReaders(now: now)
    }

    /// Ends the grant, because another host has logged the account out of the shared store, or has stored a grant that
    /// this account may not use; `failure` says why then.
    package mutating func endElsewhere(_ failure: Failure? = nil, now: Moment) -> [GrantAction] {
        guard isSettled else { return [] }
        let actions = forget(erases: false)
        emptiness = failure
        return actions
    }

    package mutating func logout(now: Moment) -> [GrantAction] {
        forget(erases: true)
    }

    mutating func forget(erases: Bool) -> [GrantAction] {
        loggedOut = version
        version += 1
        phase = .empty
        unsaved = nil
        obstacle = nil
        emptiness = nil
        published = nil
        return [.publish(nil)] + endFurther() + (erases ? [.erase] : []) + [.tell(.loggedOut)]
            + answerAll(.consentRequired(nil))
    }
}
