package import Failures
package import Register

/// What is known of a grant that several hosts share, for a report.
package struct ShareState: Sendable, Equatable {
    /// A host's claim on the refresh.
    package struct Claim: Sendable, Equatable {
        /// The host's name; untrusted.
        package var host: String
        /// When it was made, by this host's clock.
        package var since: Instant
        package var isOwn: Bool
        /// Whether the request must have ended by now.
        package var isInDoubt: Bool
        /// When this host takes it over; nil where it doesn't want to refresh.
        package var takenOver: Instant?
    }

    package var version: SharedVersion?
    /// The name of the host that got this version; untrusted.
    package var host: String
    package var claim: Claim?
    /// Since when the register hasn't answered, and why.
    package var unreachableSince: Moment?
    package var failure: RegisterFailure?
    /// Why the record in the register can't be used.
    package var unusable: Failure?
    /// Whether this host has a newer version than the register.
    package var isUnpublished: Bool
}

extension ShareMachine {
    func state(at now: Moment) -> ShareState {
        var state = ShareState(
            version: local?.version, host: author, unreachableSince: unreachableSince, failure: lastFailure,
            isUnpublished: isUnpublished)
        if case .unusable(let failure, _) = known { state.unusable = failure }
        if let claim = record?.claim, let seen = self.claim {
            let isOwn = claim.host == fleet.host && claim.run == fleet.run
            state.claim = ShareState.Claim(
                host: claim.name, since: seen.since, isOwn: isOwn,
                isInDoubt: !isOwn && now.instant >= seen.since + Fleet.doubt, takenOver: obstacle?.until)
        }
        return state
    }
}

extension GrantBook {
    /// What is known of the account in the shared register; nil where the account isn't shared.
    package func share(_ name: String, now: Moment) -> ShareState? {
        shareKey(name).flatMap { shares[$0]?.value.state(at: now) }
    }
}
