package import Failures
import FoundationEssentials
package import Register

/// What the register holds for one account of the fleet. It only grows: a host raises it to a newer version, and nobody
/// lowers it.
package struct SharedRecord: Sendable, Equatable {
    package var stamp: SharedStamp
    /// The grant; nil after a logout. Its times are by the clock of the host that has the record in memory.
    package var kept: KeptGrant?
    /// When the request for the access token was sent: the earliest possible time by the engine's clock.
    package var issued: EngineInstant?
    /// The name of the host that got this version.
    package var host: String
    /// Whether the authorization server has refused the grant for good. A newer version overrides it.
    package var isRefused = false
    /// The right to use the refresh token once. It doesn't expire.
    package var claim: Claim?
    /// The failures since the last successful refresh.
    package var trouble: Trouble?
    /// What is left of the token requests that the authorization server allows for the grant.
    package var allowance: SharedAllowance?

    package init(
        stamp: SharedStamp, kept: KeptGrant?, issued: EngineInstant?, host: String, allowance: SharedAllowance? = nil
    ) {
        self.stamp = stamp
        self.kept = kept
        self.issued = issued
        self.host = host
        self.allowance = allowance
    }

    /// A host's right to use the refresh token of this version.
    package struct Claim: Sendable, Hashable {
        package var id: String
        /// Identifies the host across restarts.
        package var host: String
        /// The host's name, for people.
        package var name: String
        /// Identifies the process.
        package var run: String
        /// When it was made, by the engine's clock; for people.
        package var at: EngineInstant

        package init(id: String, host: String, name: String, run: String, at: EngineInstant) {
            self.id = id
            self.host = host
            self.name = name
            self.run = run
            self.at = at
        }
    }

    /// Failures that concern all hosts.
    package struct Trouble: Sendable, Hashable {
        package var failures: Int
        /// How many times in a row the authorization server has called the grant invalid.
        package var refusals: Int
        package var code: FailureCode
        /// No host refreshes before this time.
        package var until: EngineInstant

        package init(failures: Int, refusals: Int, code: FailureCode, until: EngineInstant) {
            self.failures = failures
            self.refusals = refusals
            self.code = code
            self.until = until
        }
    }
}

extension KeptGrant {
    /// The same grant, with all its times moved so that its access token was issued at `instant` of this host's clock.
    func issued(at instant: Instant, now: Moment) -> KeptGrant {
        let offset = instant - grant.issued.instant
        func moved(_ moment: Moment) -> Moment {
            let instant = moment.instant + offset
            return Moment(instant: instant, wall: now.wall - (now.instant - instant).timeInterval)
        }
        var kept = self
        kept.grant.issued = moved(grant.issued)
        kept.further = further.mapValues { token in
            var token = token
            token.issued = moved(token.issued)
            return token
        }
        kept.isOfEarlierBoot = false
        return kept
    }
}
