package import Failures
package import FoundationEssentials
import OAuth

/// What other hosts do to a grant that they share with this one, by way of the account's `ShareMachine`.
extension GrantMachine {
    /// Goes on with a newer grant of another host, whatever is under way: the result of a refresh that this host has
    /// begun is then outdated. The register has the grant already, so that it is served before it is saved here.
    package mutating func adopted(
        _ grant: Grant, further tokens: [String: HeldToken] = [:], refreshedAt: Date?, now: Moment
    ) -> [GrantAction] {
        guard !isLoading else { return [] }
        let isOfOtherConsent = grant.consentedAt != self.grant?.consentedAt
        let ended = isOfOtherConsent ? endFurther() : []
        further?.forgetFlight()
        holdFurther(tokens)
        let grant = known(grant)
        version += 1
        (emptiness, unsaved, obstacle) = (nil, nil, nil)
        self.refreshedAt = refreshedAt
        let told: [GrantAction] = [
            .save(grant, version: version),
            .tell(.adopted(expiresIn: grant.expires.map { $0.instant - now.instant })),
        ]
        // The previous token is served until the new one is validated.
        if grant.unjudged != nil { return ended + told + judge(grant) + readWaiting(now: now) }
        guard grant.isUsable else {
            return ended + told + misconfigure(grant, grant.unusable(account, at: now.wall), now: now)
        }
        settle(grant)
        return ended + [publish(grant)] + told + publishFurther(grant, now: now) + resumeReaders(now: now)
    }

    /// Ends the grant, because another host has logged the account out, or has stored a grant that this account may not
    /// use; `failure` says why then.
    package mutating func endedElsewhere(_ failure: Failure? = nil, now: Moment) -> [GrantAction] {
        guard !isLoading, phase != .empty else { return [] }
        let actions = forget(erases: true)
        emptiness = failure
        return actions
    }

    /// Takes the refusal of the grant by the authorization server. Only the host that has met it asks its user for a
    /// consent.
    package mutating func refused(_ failure: Failure, isOwn: Bool, now: Moment) -> [GrantAction] {
        guard let grant, !needsConsent else { return [] }
        further?.forgetFlight()
        obstacle = nil
        let actions = requireConsent(grant, failure, now: now)
        return isOwn ? actions : [.tell(.refusedElsewhere(failure))] + actions.dropFirst()
    }

    /// Learns why the refresh that it has ordered can't be sent yet; nil where it can.
    package mutating func hindered(_ obstacle: Obstacle?, now: Moment) -> [GrantAction] {
        guard case .refreshing = phase else { return [] }
        self.obstacle = obstacle
        guard let obstacle else { return [] }
        return answer(
            readersBefore: obstacle.until,
            .unavailable(obstacle.failure, retryAfter: pause(for: obstacle, now: now)))
    }

    /// Answers a reader that can't wait until the refresh is sent.
    func hindered(_ id: ReaderID, now: Moment) -> [GrantAction] {
        guard let obstacle else { return [] }
        return [.answer([id], .unavailable(obstacle.failure, retryAfter: pause(for: obstacle, now: now)))]
    }

    private func pause(for obstacle: Obstacle, now: Moment) -> Duration {
        obstacle.failure.retryAfter ?? max(.seconds(1), obstacle.until - now.instant)
    }

    /// Refreshes now, unless that is under way or of no use.
    package mutating func refreshWanted(now: Moment) -> [GrantAction] {
        switch phase {
        case .active(let grant, _), .backingOff(let grant, _, _), .misconfigured(let grant, _, _):
            grant.isRefreshable ? startRefresh(now: now) : []
        case .loading, .empty, .refreshing, .saving, .consentRequired: []
        }
    }
}
