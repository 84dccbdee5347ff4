import Accounts
package import Failures
package import FoundationEssentials

/// The life of one account's grant: a pure state machine. What happens comes in by a method with the moment at which
/// it happened, and what is to be done goes out as actions.
///
///     phase              what happens                      next phase         actions
///     ─────────────────  ────────────────────────────────  ─────────────────  ──────────────────────────────
///     empty              a consent                         saving             save
///     active             due, or a reader wants more       refreshing         post
///     refreshing         tokens                            saving             save
///                        refused as gone, first time       backingOff
///                        refused as gone, again            consentRequired    answer
///                        wrong client, key or secret       misconfigured      answer
///                        anything else                     backingOff         answer who can't wait so long
///     saving             on disk, or the disk refuses      active             publish, answer
///     backingOff         the pause is over                 refreshing         post
///     misconfigured      an hour, `refresh`, a reload      refreshing         post
///     consentRequired    `refresh` by the user             refreshing         post
///     any                a consent                         saving             save
///     any                logout                            empty              publish nil, erase, answer
///     any                tokens of an older version        the same           revoke after a logout, else rescue
///
/// A valid access token stays published in every phase but `empty`. A new grant is published once it is on disk; where
/// the disk refuses it is published all the same, kept in memory, and written again with backoff (`unsaved`).
/// `version` names the (configuration, grant) pair: work that began under an older one can't write back. What it
/// brings goes to where it belongs: `rescue` to the file of an account that was taken out of the configuration meanwhile
/// or changed into another client's, `revoke` to the authorization server.
package struct GrantLife: Sendable {
    package enum Phase: Sendable, Equatable {
        case empty
        /// `due` is nil where there is no refresh token.
        case active(Grant, due: Instant?)
        case refreshing(Grant, Trouble?)
        /// Readers get what is still published meanwhile.
        case saving(Grant)
        case backingOff(Grant, Trouble, until: Instant)
        /// The refresh token is kept, in quarantine.
        case consentRequired(Grant, Failure)
        case misconfigured(Grant, Failure, until: Instant)
    }

    /// What went wrong since the last success.
    package struct Trouble: Sendable, Equatable {
        package var failure: Failure
        var failures: Int
        /// How often in a row the authorization server has called the grant invalid.
        var refusals: Int
    }

    /// A grant that the disk refused.
    struct Unsaved: Sendable, Equatable {
        var failure: Failure
        var failures: Int
        /// nil while it is being written.
        var retry: Instant?
    }

    struct Reader: Sendable {
        var id: ReaderID
        var need: ReaderNeed
        var deadline: Instant
    }

    package let account: String
    package internal(set) var phase = Phase.empty
    /// Why there is no grant, where that is worth a word.
    package internal(set) var emptiness: Failure?
    package internal(set) var refreshedAt: Date?
    /// What readers get.
    package internal(set) var published: ServedToken?
    var version: UInt64
    /// The newest version that the user has logged out; 0 where there is none.
    var loggedOut: UInt64
    var policy: RefreshPolicy
    var unsaved: Unsaved?
    var readers: [Reader] = []
    var earliestDeadline = Instant.distantFuture
    var allowance = Allowance()
    var jitter: Jitter

    /// `number` sets the versions of this life apart from those of any other life of the account.
    package init(
        account: String, policy: RefreshPolicy, jitter: Jitter, number: UInt64 = 0, loggedOut: UInt64 = 0
    ) {
        self.account = account
        self.loggedOut = loggedOut
        version = number << 32 + 1
        self.policy = policy
        self.jitter = jitter
    }

    package var grant: Grant? {
        switch phase {
        case .empty: nil
        case .active(let grant, _), .refreshing(let grant, _), .saving(let grant), .backingOff(let grant, _, _),
            .consentRequired(let grant, _), .misconfigured(let grant, _, _):
            grant
        }
    }

    /// Whether the authorization server has refused the grant for good.
    package var needsConsent: Bool {
        if case .consentRequired = phase { true } else { false }
    }

    /// Whether there may be a grant on disk that another try would find.
    var couldNotLoad: Bool {
        guard case .empty = phase else { return false }
        return emptiness?.code == .storage
    }

    package var saveFailure: Failure? { unsaved?.failure }

    package var lastFailure: Failure? {
        switch phase {
        case .empty: emptiness
        case .active, .saving: saveFailure
        case .refreshing(_, let trouble): trouble?.failure ?? saveFailure
        case .backingOff(_, let trouble, _): trouble.failure
        case .consentRequired(_, let failure), .misconfigured(_, let failure, _): failure
        }
    }

    /// When the grant is refreshed next; nil where nothing is planned.
    package var nextRefresh: Instant? {
        switch phase {
        case .empty, .consentRequired, .saving: nil
        case .active(_, let due): due
        case .refreshing(let grant, _): grant.issued.instant
        case .backingOff(_, _, let until), .misconfigured(_, _, let until): until
        }
    }

    /// When `wake` must be called at the latest.
    package var nextWake: Instant? {
        // While a grant is being saved, what was refused before is not written again.
        var wake = min(earliestDeadline, isSaving ? .distantFuture : unsaved?.retry ?? .distantFuture)
        switch phase {
        case .active(let grant, nil): wake = min(wake, grant.expires.instant)
        case .active, .backingOff, .misconfigured: wake = min(wake, nextRefresh ?? .distantFuture)
        case .empty, .refreshing, .saving, .consentRequired: break
        }
        return wake == .distantFuture ? nil : wake
    }

    /// Takes up the grant that the disk held. Where it is being refreshed already, ordered before the account was taken
    /// out of the configuration and put back, this life waits for that: a refresh token may work but once. What is of an
    /// earlier boot is refreshed at once, and served meanwhile.
    package mutating func restore(
        _ grant: Grant, flights: [RefreshOrder] = [], isOfEarlierBoot: Bool = false, now: Moment
    ) -> [GrantAction] {
        settle(grant)
        if isOfEarlierBoot, grant.isRenewable { phase = .active(grant, due: now.instant) }
        if let flight = flights.last(where: { $0.grant.refreshToken == grant.refreshToken }) {
            version = flight.version
            phase = .refreshing(grant, nil)
        }
        return [publish(grant)]
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

    /// Says why there is no grant.
    package mutating func explainEmptiness(_ failure: Failure) {
        emptiness = failure
    }

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

    /// The machine was asleep, or the wall clock jumped: what waits for the network is tried soon.
    package mutating func resume(now: Moment) -> [GrantAction] {
        if case .backingOff(let grant, let trouble, let until) = phase, trouble.refusals == 0 {
            phase = .backingOff(grant, trouble, until: min(until, now.instant + jitter.fraction(of: .seconds(3))))
        }
        return wake(now: now)
    }

    var isSaving: Bool {
        if case .saving = phase { true } else { false }
    }

    mutating func settle(_ grant: Grant) {
        phase = .active(grant, due: grant.isRenewable ? policy.due(grant, jitter: &jitter) : nil)
    }

    mutating func publish(_ grant: Grant) -> GrantAction {
        published = grant.isUsable ? ServedToken(grant, version: version) : nil
        return .publish(published)
    }
}
