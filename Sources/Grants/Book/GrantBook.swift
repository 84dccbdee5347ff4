import Accounts
import DequeModule
import HeapModule
import OAuth

/// All accounts with their grants, and what goes on with them: a pure state machine over one `GrantMachine` an account.
/// What happens comes in by a method with the moment at which it happened, and what is to be done goes out as actions.
///
///     event                            what it leads to
///     ───────────────────────────────  ─────────────────────────────────────────────────────────────────────
///     configure                        store(load) of what is new or another client's; publish nil, answer and
///                                      a last save of what is taken out; configured, once all is loaded
///     read, refreshNow                 answer, now or later; post
///     abandon, dismissReaders          answer
///     consented                        store(save), publish, consented; nothing where the client or the server
///                                      of the account has become another one since the consent began
///     logout                           publish nil, store(erase), loggedOut
///     refreshEnded                     store(save); of an account that was logged out, taken out or changed
///                                      meanwhile revoke or store(load, save); the next post to this server
///     revokeEnded                      tell
///     storeEnded                       publish, answer; the next call to the store
///     storeChanged                     store(load), then publish
///     wake, resume                     post, answer, store(save)
///     drain                            store(save) of what is unsaved; drained, once nothing is under way
///     any                              wake(at:) where the next time is another one than before; tell
///
/// - Of the store one call is under way at a time, in the order in which they were asked for; what a call expects to
///   replace is decided when it is made.
/// - To one authorization server (`serverName`) four refreshes are under way at a time; the others wait in a queue.
/// - An account is `loading` until the store has told what it holds: readers, consents and logouts that come meanwhile
///   are served then.
/// - An account that is taken out leaves a `Leftover`: a logout and a file that can't be removed outlive it.
package struct GrantBook: Sendable {
    struct Entry: Sendable {
        var settings: AccountSettings
        var machine: GrantMachine
        var place: Place
        /// When the timer has this account on its list.
        var scheduled: Instant?

        mutating func apply(_ happen: (inout GrantMachine) -> [GrantAction]) -> [GrantAction] { happen(&machine) }
    }

    enum Stage: Sendable {
        case running
        /// No refresh is started any more; what is under way is waited for.
        case draining
        case drained
    }

    var accounts: [String: Boxed<Entry>] = [:]
    var leftovers: [String: Leftover] = [:]
    /// By account, the loads that are under way or in the queue.
    var loads: [String: Load] = [:]
    var configurations: [Configuration] = []
    /// By account, who waits for a consent's grant to be saved.
    var consents: [String: PendingConsent] = [:]
    /// By account, who waits for a grant to be erased, in the order of the calls.
    var logouts: [String: [PendingLogout]] = [:]
    /// By account, the refreshes under way and in a server's queue.
    var flights: [String: [RefreshPost]] = [:]
    /// By name, those that have something under way.
    var servers: [String: Server] = [:]
    /// How many revocations are under way.
    var revocations = 0
    var storeWork: StoreWork?
    var storeQueue = Deque<StoreTask>()
    var wakes = Heap<Wake>()
    /// The instant that was asked for last.
    var alarm: Instant?
    var stage = Stage.running
    var seeds: Jitter
    var lastMachine: UInt64 = 0
    var lastLoad: UInt64 = 0
    var lastLoadEnded: UInt64 = 0
    private var actions: [BookAction] = []

    /// `seed` draws the jitter of all waits.
    package init(seed: UInt64) {
        seeds = Jitter(seed: seed)
    }

    // MARK: - Performing

    /// One event, and what follows from it.
    mutating func event(now: Moment, _ happen: (inout GrantBook) -> Void) -> [BookAction] {
        happen(&self)
        finishDrain(now: now)
        ask(toWakeAt: wakes.min?.instant)
        defer { actions = [] }
        return actions
    }

    mutating func act(_ action: BookAction) {
        actions.append(action)
    }

    /// Lets something happen to an account's machine, or, where the account was taken out of the configuration
    /// meanwhile, to what stands for it.
    ///
    /// `sent` are the settings with which the work that has ended was begun.
    mutating func happen(
        to name: String, sent: AccountSettings? = nil, now: Moment,
        _ happen: (inout GrantMachine) -> [GrantAction]
    ) {
        guard let followed = accounts[name]?.value.apply(happen) else {
            var gone = GrantMachine(
                account: name, policy: RefreshPolicy(), jitter: Jitter(seed: 0),
                loggedOut: leftovers[name]?.loggedOut ?? 0)
            return perform(happen(&gone), of: name, sent: sent, now: now)
        }
        perform(followed, of: name, sent: sent, now: now)
        settleConsent(of: name)
        schedule(name)
    }

    mutating func perform(_ followed: [GrantAction], of name: String, sent: AccountSettings? = nil, now: Moment) {
        for action in followed {
            switch action {
            case .post(let order): post(order, of: name)
            case .save(let grant, let version): save(grant, version: version, of: name)
            case .erase: enqueue(.erase(account: name))
            case .revoke(let grant):
                guard let sent else { continue }
                revocations += 1
                act(.revoke(LateRevocation(grant: grant, settings: sent)))
            case .rescue(let grant, let used):
                guard let sent else { continue }
                let kept = KeptGrant(grant: grant, binding: GrantBinding(sent), refreshedAt: now.wall)
                enqueue(.rescue(account: name, kept, replacing: used))
            case .publish(let token): act(.publish(token, of: TokenKey(account: name)))
            case .answer(let ids, let answer): act(.answer(ids, answer))
            case .tell(let event): act(.tell(account: name, event))
            }
        }
    }
}
