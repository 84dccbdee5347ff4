package import Accounts
package import Failures
package import FoundationEssentials
import OAuth

/// The life of one account's grant: a pure state machine. Each event is a method that takes the moment at which it
/// happened, and returns the actions to perform.
///
///     phase              what happens                      next phase         actions
///     ─────────────────  ────────────────────────────────  ─────────────────  ──────────────────────────────
///     loading            the store holds a grant           active             publish, answer
///                        it is being refreshed already     refreshing         publish, answer
///                        its id_token is still to judge    refreshing         publish, post
///                        the store holds none              empty              answer
///     empty              a consent                         saving             save
///     active             due, or a reader wants more       refreshing         post
///                        expired, and no refresh token     consentRequired    answer
///     refreshing         tokens                            saving             save
///                        the id_token is judged            saving             save
///                        a refresh token only              saving             save
///                        refused as gone, first time       backingOff
///                        refused as gone, again            consentRequired    answer
///                        wrong client, key or secret       misconfigured      answer
///                        anything else                     backingOff         answer who can't wait so long
///     saving             saved, or the store refuses       active             publish, answer
///                        an id_token is still to judge     refreshing         post
///                        only the refresh token is new     backingOff         answer who can't wait so long
///                        the token can't be handed out     misconfigured      answer
///     backingOff         the pause is over                 refreshing         post
///     misconfigured      `refresh`, a reload, an hour      refreshing         post
///     consentRequired    `refresh` by the user             refreshing         post
///     any                a consent                         saving             save
///     any                logout                            empty              publish nil, erase, answer
///     all but saving     a newer grant of another host     active             publish, answer
///     all but loading    a newer grant that hosts share    active             publish, save, answer
///                        another host's logout             empty              publish nil, erase, answer
///                        refused on another host           consentRequired    answer
///     refreshing         the request can't be sent yet     the same           answer who can't wait so long
///     any                tokens of an older version        the same           revoke after a logout, else rescue
///     active             a further token is due            refreshing         post
///     refreshing         tokens of a further token         saving             save
///                        a further token is refused        active             answer its readers
///                        refused as gone                   backingOff
///     saving             saved, for a further token        active             publish it, answer its readers
///
/// `FurtherTokens` has the states of further tokens. While one of them is refreshed, `further.flight` names it, and a
/// phase `misconfigured` or `consentRequired` that concerns only the account's own token returns afterwards.
///
/// A valid access token stays published in every phase but `loading` and `empty`. A new grant is published once it is
/// in the store. Where the store refuses it, it is published all the same, kept in memory, and written again with
/// backoff (`unsaved`).
///
/// `version` identifies the (configuration, grant) pair: work that began under an older version can't change this
/// machine. Its result still goes where it belongs: `rescue` brings it to the file of an account that was removed from
/// the configuration or given to another client in the meantime, `revoke` to the authorization server.
package struct GrantMachine: Sendable {
    /// Indirect: the size of an account's machine would else be that of a grant and a failure, which is rarely there.
    package indirect enum Phase: Sendable, Equatable {
        /// The stored grant has not been read yet; readers wait.
        case loading
        case empty
        /// `due` is nil where there is no refresh token.
        case active(Grant, due: Instant?)
        case refreshing(Grant, Trouble?)
        /// The grant is being saved. Readers get the published token in the meantime. With trouble, only its refresh
        /// token is new, and the refresh is repeated afterwards.
        case saving(Grant, Trouble?)
        case backingOff(Grant, Trouble, until: Instant)
        /// The grant is of no use without a new consent. A refused refresh token is kept, and only used again where a
        /// user asks for a refresh.
        case consentRequired(Grant, Failure)
        case misconfigured(Grant, Failure, until: Instant)
    }

    /// The failures since the last successful refresh.
    package struct Trouble: Sendable, Equatable {
        package var failure: Failure
        var failures: Int
        /// How many times in a row the authorization server has called the grant invalid.
        var refusals: Int
        /// Whether the user was notified that the server gives no reason.
        var isTold = false

        /// Whether a refresh may succeed as soon as circumstances change.
        var mayPass: Bool { refusals == 0 && failure.code != .throttled }
    }

    /// A grant that the store refused.
    struct Unsaved: Sendable, Equatable {
        var failure: Failure
        var failures: Int
        /// When to write it again; nil while it is being written.
        var retry: Instant?
    }

    package let account: String
    package internal(set) var phase = Phase.loading
    /// Why there is no grant, where that needs an explanation.
    @Rare package internal(set) var emptiness: Failure?
    package internal(set) var refreshedAt: Date?
    /// The token that readers get.
    package internal(set) var published: ServedToken?
    package internal(set) var version: UInt64
    /// The newest version that the user has logged out; 0 where there is none.
    var loggedOut: UInt64
    var policy: RefreshPolicy
    @Rare var unsaved: Unsaved?
    /// Why the refresh can't be sent yet, where hosts share the grant.
    @Rare var obstacle: Obstacle?
    /// The tokens of the grant besides the account's own one.
    @Rare var further: FurtherTokens?
    var readers: [WaitingReader] = []
    var earliestDeadline = Instant.distantFuture
    var allowance = Allowance()
    var jitter: Jitter

    /// `number` makes the versions of this machine differ from those of every other machine of the account.
    package init(
        account: String, policy: RefreshPolicy, jitter: Jitter, tokens: [String: TokenTarget] = [:],
        number: UInt64 = 0, loggedOut: UInt64 = 0
    ) {
        self.account = account
        self.loggedOut = loggedOut
        version = Self.firstVersion(number)
        self.policy = policy
        self.jitter = jitter
        if !tokens.isEmpty { further = FurtherTokens(tokens) }
    }

    private static func firstVersion(_ number: UInt64) -> UInt64 { number << 32 + 1 }

    /// The number of the machine that issued a version.
    static func number(of version: UInt64) -> UInt64 { version >> 32 }

    package var grant: Grant? {
        switch phase {
        case .loading, .empty: nil
        case .active(let grant, _), .refreshing(let grant, _), .saving(let grant, _), .backingOff(let grant, _, _),
            .consentRequired(let grant, _), .misconfigured(let grant, _, _):
            grant
        }
    }

    /// Whether the authorization server has refused the grant for good.
    package var needsConsent: Bool {
        if case .consentRequired = phase { true } else { false }
    }

    package var saveFailure: Failure? { unsaved?.failure }

    package var lastFailure: Failure? {
        switch phase {
        case .loading: nil
        case .empty: emptiness
        case .active, .saving: saveFailure
        case .refreshing(_, let trouble):
            obstacle?.failure ?? trouble?.failure ?? further?.ownPhase?.failure ?? saveFailure
        case .backingOff(_, let trouble, _): trouble.failure
        case .consentRequired(_, let failure), .misconfigured(_, let failure, _): failure
        }
    }

    /// When the grant is refreshed next; nil where nothing is planned.
    package var nextRefresh: Instant? {
        switch phase {
        case .loading, .empty, .consentRequired, .saving: nil
        case .active(_, let due): due
        case .refreshing(let grant, _): further?.flight == nil ? grant.issued.instant : nil
        case .backingOff(_, _, let until): until
        case .misconfigured(let grant, _, let until): grant.needsSettings || until == .distantFuture ? nil : until
        }
    }

    /// The earliest deadline of a waiting reader.
    var nextDeadline: Instant? { earliestDeadline == .distantFuture ? nil : earliestDeadline }

    /// When `wake` must be called at the latest.
    package var nextWake: Instant? {
        var wake = earliestDeadline
        if let next = further?.nextWake(isFree: freeGrant != nil) { wake = min(wake, next) }
        // While a grant is being saved, one that was refused before isn't written again.
        wake = min(wake, isSaving ? .distantFuture : unsaved?.retry ?? .distantFuture)
        switch phase {
        case .active(let grant, nil): wake = min(wake, grant.expires?.instant ?? .distantFuture)
        case .active, .backingOff, .misconfigured: wake = min(wake, nextRefresh ?? .distantFuture)
        case .loading, .empty, .refreshing, .saving, .consentRequired: break
        }
        return wake == .distantFuture ? nil : wake
    }

    var isLoading: Bool { phase == .loading }

    var isActive: Bool {
        if case .active = phase { true } else { false }
    }

    var isSaving: Bool {
        if case .saving = phase { true } else { false }
    }

    /// Whether the store is known to hold the newest grant, or to hold none because there is none.
    var isSettled: Bool { !isLoading && !isSaving && unsaved == nil }

    mutating func settle(_ grant: Grant) {
        phase = .active(grant, due: grant.isRefreshable ? policy.due(grant, jitter: &jitter) : nil)
    }

    /// Returns the grant with the settings' facts about its server's replies, and without an id_token that isn't wanted.
    func known(_ grant: Grant) -> Grant {
        var grant = grant
        grant.$replies = policy.$replies
        if !policy.replies.keepsIDToken { grant.idToken = nil }
        return grant
    }

    mutating func publish(_ grant: Grant) -> GrantAction {
        published = grant.isUsable ? ServedToken(grant, key: TokenKey(account: account), version: version) : nil
        return .publish(published)
    }
}
