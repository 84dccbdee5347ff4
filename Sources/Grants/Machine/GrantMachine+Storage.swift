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
        _ grant: Grant?, failure: Failure? = nil, refreshedAt: Date? = nil, flights: [RefreshOrder] = [],
        isOfEarlierBoot: Bool = false, now: Moment
    ) -> [GrantAction] {
        guard isLoading else { return [] }
        emptiness = failure
        guard let grant else {
            phase = .empty
            return answerAll(.consentRequired(failure))
        }
        self.refreshedAt = refreshedAt
        settle(grant)
        if isOfEarlierBoot, grant.isRefreshable { phase = .active(grant, due: now.instant) }
        if let flight = flights.last(where: { $0.grant.refreshToken == grant.refreshToken }) {
            version = flight.version
            phase = .refreshing(grant, nil)
        }
        return [publish(grant)] + readWaiting(now: now)
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
        guard case .saving(let grant) = phase else { return actions }
        guard grant.isUsable else {
            let failure = Failure(
                .unusableToken,
                "the access token can't be handed out: its type is unknown, or its id_token isn't believed",
                account: account, at: now.wall)
            return actions + misconfigure(grant, failure, now: now)
        }
        settle(grant)
        let token = ServedToken(grant, key: TokenKey(account: account), version: version)
        published = token
        return actions + [.publish(token)] + answerReaders(with: token, now: now)
    }

    /// Reports that the grant was erased from the store, or why not.
    package mutating func eraseEnded(_ failure: Failure?) -> [GrantAction] {
        guard let failure else { return [] }
        if case .empty = phase { emptiness = failure }
        return [.tell(.eraseFailed(failure))]
    }

    /// Adopts a newer grant that another host has written to the shared store, unless this host has an unsaved one,
    /// which is newer.
    package mutating func adopt(_ grant: Grant, refreshedAt: Date?, now: Moment) -> [GrantAction] {
        guard isSettled else { return [] }
        version += 1
        emptiness = nil
        self.refreshedAt = refreshedAt
        settle(grant)
        return [publish(grant), .tell(.adopted(expiresIn: grant.expires.instant - now.instant))] + readWaiting(now: now)
    }

    /// Ends the grant, because another host has logged the account out of the shared store.
    package mutating func endElsewhere(now: Moment) -> [GrantAction] {
        guard isSettled else { return [] }
        return forget(erases: false)
    }

    package mutating func logout(now: Moment) -> [GrantAction] {
        forget(erases: true)
    }

    private mutating func forget(erases: Bool) -> [GrantAction] {
        loggedOut = version
        version += 1
        phase = .empty
        unsaved = nil
        emptiness = nil
        published = nil
        return [.publish(nil)] + (erases ? [.erase] : []) + [.tell(.loggedOut)] + answerAll(.consentRequired(nil))
    }
}
