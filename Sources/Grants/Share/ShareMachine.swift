import Failures
import Register

/// The life of one account's grant in the register that the hosts of a fleet share: a pure state machine that stands
/// between the wish of a `GrantMachine` to refresh and the request. Each event is a method that takes the moment at
/// which it happened, and returns the actions to perform.
///
///     phase       what happens                                   next phase   actions
///     ──────────  ─────────────────────────────────────────────  ───────────  ─────────────────────────────────
///     idle        a refresh is wanted, and nothing hinders it    queued       queue
///                 it is wanted, and something hinders it         idle         hinder
///                 this run's own claim, and none is wanted       releasing    write without the claim
///                 an earlier run's claim is in doubt             idle         refresh
///     queued      a slot is free, and nothing hinders it         claiming     write with the claim
///                 a slot is free, and something hinders it       idle         leaveQueue, hinder
///     claiming    written within a second                        posting      post
///                 written later                                  looking      read
///                 not written, or unknown                        idle         leaveQueue, read
///     looking     the claim is still there                       posting      post
///                 it isn't                                       idle         leaveQueue
///     posting     tokens                                         idle         pass; write once they are saved
///                 refused as gone                                checking     read
///                 any other failure                              releasing    pass, write without the claim
///                 a newer version has come meanwhile             idle         revoke after a logout, else tell
///     checking    the register has a newer version               idle         adopt, tell
///                 it hasn't                                      releasing    pass, write with one refusal more
///     releasing   written, or the claim isn't there any more     idle
///     any         the register has a newer version               the same     adopt or end
///                 this host has a newer version, and it is saved the same     write: the register is raised
///                 a consent, a logout                            the same     leaveQueue; write once it is saved
///
/// What hinders a refresh (`ShareMachine+Hindrance`): the claim of another host, a pause or an allowance that all hosts
/// share, a register that can't be reached or used, and a grant that was late in its life when it was first seen.
///
/// - One request to the register is under way at a time. A failed one is repeated with backoff, after a read, because a
///   write may have been applied all the same: this run's claim in what is read then is its own.
/// - Reports of changes count if their revision is higher than the known one. A read counts in any case, since the
///   engine may have been set back. A write only succeeds on the newest revision, so that an outdated view does no harm.
/// - `local` is the stamp of what this host holds. Another one is adopted only if it is above `local`.
struct ShareMachine: Sendable {
    indirect enum Phase: Sendable {
        case idle
        case queued
        /// Since when the transaction with the claim is under way.
        case claiming(SharedRecord.Claim, sent: Instant)
        case looking(SharedRecord.Claim)
        /// The stamp is that of the grant whose refresh token is being used.
        case posting(RefreshPost, SharedRecord.Claim, SharedStamp)
        case checking(RefreshPost, RefreshOutcome, SharedRecord.Claim, SharedStamp)
        /// The claim with this id is given back. nil leaves the trouble as it is.
        case releasing(String, Release?)
    }

    /// What is noted with the end of a claim.
    struct Release: Sendable, Equatable {
        var failure: Failure
        var isRefusal: Bool
        var pause: Duration
    }

    /// What is known of the register.
    indirect enum Known: Sendable, Equatable {
        case nothing
        case content(SharedRecord?, RegisterRevision)
        case unusable(Failure, RegisterRevision)
    }

    /// The request to the register that is under way.
    indirect enum Call: Sendable, Equatable {
        case read(sent: Instant)
        case claim(SharedRecord)
        case raise(SharedRecord)
        case release(SharedRecord, Release?)
    }

    let account: String
    let fleet: Fleet
    var phase = Phase.idle
    var known = Known.nothing
    var call: Call? {
        didSet { if call != nil { calls += 1 } }
    }
    /// How many requests there were.
    var calls: UInt64 = 0
    var calledAt = Instant(nanoseconds: 0)
    /// The refresh that the grant's machine waits for.
    var wish: RefreshPost?
    /// Whether the wish has a slot at the authorization server.
    var hasTurn = false

    /// Whether the account is in the configuration, and its grant was read from the store.
    var isLoaded = false
    /// Whether the account has left the configuration since.
    var isAbandoned = false
    /// The stamp of `held`; nil where there is none, or it was never shared.
    var local: SharedStamp?
    /// What this host holds; nil where there is no grant.
    var held: KeptGrant?
    /// The name of the host that got what is held.
    var author: String
    /// Whether the newest version waits to be saved by this host, before which no other host may see it.
    var isSaving = false
    /// Whether the newest version is a consent or a logout of this host that the register hasn't had yet.
    var isPending = false
    /// The newest stamp that this host has seen in the register.
    var published: SharedStamp?
    /// Whether the age of what is held isn't known by this boot's clock.
    var isUndated = false
    /// The stamp of a grant whose refusal was reported to the grant's machine.
    var refused: SharedStamp?

    /// The claim that was seen last, and when it was seen first.
    var claim: (id: String, since: Instant)?
    /// The id of the claim whose doubt was reported.
    var doubted: String?
    /// The name of the host whose claim this host's own one takes the place of.
    var overtaken: String?
    /// The id of the claim that a person has allowed to take over.
    var taken: String?
    /// Until when a grant that was late in its life when it was first seen isn't refreshed.
    var settled: Instant?
    /// What hinders the wish now.
    var obstacle: Obstacle?

    var needsRead = true
    var nextRead: Instant?
    /// When to try again after a failure of the register.
    var retry: Instant?
    var failures = 0
    var lastFailure: RegisterFailure?
    /// Since when the register hasn't answered.
    var unreachableSince: Moment?
    /// Until when a stop waits for the register.
    var stopLimit: Instant?
    /// Whether that time is up.
    var isStopOver = false
    var lastID: UInt64 = 0
    var jitter: Jitter
    /// The entry of this machine in the book's list of wakes.
    var scheduled: Instant?

    init(account: String, fleet: Fleet, jitter: Jitter) {
        self.account = account
        self.fleet = fleet
        self.jitter = jitter
        author = fleet.name
    }

    /// The record in the register, as far as is known.
    var record: SharedRecord? {
        if case .content(let record, _) = known { record } else { nil }
    }

    var isIdle: Bool { if case .idle = phase { true } else { false } }

    /// Identifies a claim, a consent or the content of a version, among those of all hosts.
    mutating func newID() -> String {
        lastID += 1
        return "\(fleet.run)-\(lastID)"
    }

    /// When `wake` must be called at the latest.
    var nextWake: Instant? {
        guard call == nil else { return stopLimit }
        if isDone { return nil }
        return [retry ?? nextRead, obstacle?.until, earlierClaimEnds, stopLimit].compactMap(\.self).min()
    }

    /// That time, where it is earlier than the scheduled one.
    var earlierWake: Instant? {
        nextWake.flatMap { $0 < scheduled ?? .distantFuture ? $0 : nil }
    }

    /// Whether nothing is left to do for an account that isn't in the configuration any more.
    var isDone: Bool { isAbandoned && isIdle && call == nil && !isSaving && !isUnpublished }

    /// Whether the register doesn't have this host's newest version.
    var isUnpublished: Bool {
        switch known {
        case .nothing: isSaving || isPending
        case .content(let record, _): local?.isAbove(record?.stamp) == true
        case .unusable: false
        }
    }

    /// Whether a stop needn't wait for this account: nothing is under way and all is published, or the time is up.
    var isQuiet: Bool {
        if isStopOver { return true }
        return isIdle && call == nil && !isSaving && !isUnpublished
    }
}
