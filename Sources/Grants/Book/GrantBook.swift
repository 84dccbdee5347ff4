import Accounts
import DequeModule
import HeapModule
import OAuth
import Register

/// The grants of all accounts and all work on them: a pure state machine over one `GrantMachine` for each account. Each
/// event is a method that takes the moment at which it happened, and returns the actions to perform.
///
///     event                            what it leads to
///     ───────────────────────────────  ─────────────────────────────────────────────────────────────────────
///     configure                        store(load) of what is new or another client's; publish nil, answer and
///                                      a last save of what is taken out; configured, once all is loaded
///     read, refreshNow                 answer, now or later; post
///     noteRead                         post, where a token is due that is only refreshed if it is read
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
///     settle                           settled, once nothing is under way
///     registerEnded, registerChanged,  what a `ShareMachine` makes of it: register, post, publish, store(save)
///     registerResynced
///     take                             taken; register, where another host's claim may be taken over now
///     any                              wake(at:) where the next time is another one than before; tell
///
/// - One call to the store is under way at a time, in the order of the requests; the revision that a call expects to
///   replace is decided when the call is made.
/// - Four refreshes at a time are under way at one authorization server (`serverName`); the others wait in a queue.
/// - An account is `loading` until the store has returned its content. Readers, consents and logouts that arrive before
///   that are served afterwards.
/// - An account that is removed leaves a `Leftover`, so that a logout and a file that can't be removed are remembered.
package struct GrantBook: Sendable {
    struct Entry: Sendable {
        var settings: AccountSettings
        var machine: GrantMachine
        var place: Place
        /// The earliest entry for this account in `wakes`; nil where it has none.
        var scheduled: Instant?

        mutating func apply(_ happen: (inout GrantMachine) -> [GrantAction]) -> [GrantAction] { happen(&machine) }
    }

    enum Stage: Sendable {
        case running
        /// No further refresh is started; work under way is waited for.
        case draining
        case drained
    }

    var accounts: [String: Boxed<Entry>] = [:]
    var leftovers: [String: Leftover] = [:]
    /// The loads under way or in the queue, by account.
    var loads: [String: Load] = [:]
    var configurations: [Configuration] = []
    /// The consents that wait for their grant to be saved, by account.
    var consents: [String: PendingConsent] = [:]
    /// The logouts that wait for their grant to be erased, by account, in the order of the calls.
    var logouts: [String: [PendingLogout]] = [:]
    /// The refreshes under way and in a server's queue, by account.
    var flights: [String: [RefreshPost]] = [:]
    /// The servers with refreshes under way, by name.
    var servers: [String: Server] = [:]
    /// How many revocations are under way.
    var revocations = 0
    var storeWork: StoreWork?
    var storeQueue = Deque<StoreTask>()
    var wakes = Heap<Wake>()
    /// This host as a member of a fleet; nil where no grant is shared.
    let fleet: Fleet?
    /// The grants that hosts share. Local accounts have no entry.
    var shares: [ShareKey: Boxed<ShareMachine>] = [:]
    var shareWakes = Heap<ShareWake>()
    /// What is known of the time of the register's engine.
    var engine = EngineClock()
    /// The instant of the last `wake(at:)` action.
    var alarm: Instant?
    var stage = Stage.running
    /// The callers that wait until nothing is under way.
    var settling: [CallID] = []
    var seeds: Jitter
    var lastMachine: UInt64 = 0
    var lastLoad: UInt64 = 0
    var lastLoadEnded: UInt64 = 0
    private var actions: [BookAction] = []

    /// `seed` seeds the jitter of all waits.
    package init(seed: UInt64, fleet: Fleet? = nil) {
        seeds = Jitter(seed: seed)
        self.fleet = fleet
    }

    // MARK: - Performing

    /// Handles one event and returns all actions that follow from it.
    mutating func event(now: Moment, _ happen: (inout GrantBook) -> Void) -> [BookAction] {
        happen(&self)
        finishDrain(now: now)
        finishSettling()
        ask(toWakeAt: [wakes.min?.instant, shareWakes.min?.instant].compactMap(\.self).min())
        defer { actions = [] }
        return actions
    }

    mutating func act(_ action: BookAction) {
        actions.append(action)
    }

    /// Passes an event to an account's machine. Where the account was removed from the configuration, a machine without
    /// a grant takes its place, which knows only the `Leftover`.
    ///
    /// `sent` are the settings that the work that has ended was started with.
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
            case .post(let order): post(order, of: name, now: now)
            case .save(let grant, let version): save(grant, version: version, of: name)
            case .erase: enqueue(.erase(account: name, bury(name), answers: logouts[name] != nil))
            case .revoke(let grant):
                guard let sent else { continue }
                revocations += 1
                act(.revoke(LateRevocation(grant: grant, settings: sent)))
            case .rescue(let grant, let used):
                guard let sent else { continue }
                var kept = KeptGrant(grant: grant, binding: GrantBinding(sent), refreshedAt: now.wall)
                kept.share = shares[ShareKey(account: name, binding: kept.binding)]?.value.local
                enqueue(.rescue(account: name, kept, replacing: used))
            case .publish(let token): act(.publish(token, of: TokenKey(account: name)))
            case .publishFurther(let token, let key): act(.publish(token, of: TokenKey(account: name, token: key)))
            case .answer(let ids, let answer): act(.answer(ids, answer))
            case .tell(let event): act(.tell(account: name, event))
            }
        }
    }
}
