package import Accounts
import DequeModule
package import Failures
import HeapModule
import OAuth
import Synchronization
import Text

/// Keeps the grants of all accounts: holds one `GrantLife` each, performs their actions, and has one timer for all.
///
/// State is behind one lock that is held for no longer than a transition takes. Slow work goes through two streams:
/// disk work one after the other, so that what was ordered last lands last; network work side by side.
package final class GrantKeeper: Sendable {
    /// What an account is at a moment.
    package struct Account: Sendable {
        package let settings: AccountSettings
        package let life: GrantLife
    }

    /// An account where it lives: by reference, since a dictionary keeps room for twice its values.
    ///
    /// Unchecked, for it is never touched without the lock of `core`, and never leaves it.
    final class Entry: @unchecked Sendable {
        var settings: AccountSettings
        var life: GrantLife
        /// When the timer has this account on its list.
        var scheduled: Instant?
        /// A kept grant of another client or server lies in this account's place, or one that can't be read. It stays
        /// there, so that the right configuration or key finds it again, until another grant needs the place.
        var hasForeignFile: Bool

        init(settings: AccountSettings, life: GrantLife, hasForeignFile: Bool) {
            self.settings = settings
            self.life = life
            self.hasForeignFile = hasForeignFile
        }

        var account: Account { Account(settings: settings, life: life) }

        /// Mutates in place: a copy would copy thousands of waiting readers.
        func apply(_ happen: (inout GrantLife, Moment) -> [GrantAction], now: Moment) -> [GrantAction] {
            happen(&life, now)
        }
    }

    struct Core: Sendable {
        var accounts: [String: Entry] = [:]
        var wakes = Heap<Wake>()
        var readers: [ReaderID: @Sendable (ReaderAnswer) -> Void] = [:]
        var lastReader: UInt64 = 0
        var lastLife: UInt64 = 0
        /// What accounts that were taken out of the configuration leave: the newest version that was logged out.
        var loggedOut: [String: UInt64] = [:]
        /// The refreshes under way, by account.
        var flights: [String: [RefreshOrder]] = [:]
        var inFlight: [String: Int] = [:]
        var queued: [String: Deque<NetworkJob>] = [:]
        /// Jobs that were handed to a stream and have not ended.
        var pending = 0
        var isDraining = false
        var random = SystemRandomNumberGenerator()
    }

    struct Wake: Sendable, Comparable {
        var instant: Instant
        var account: String

        static func < (left: Wake, right: Wake) -> Bool { left.instant < right.instant }
    }

    enum NetworkJob: Sendable {
        case refresh(account: String, RefreshOrder, AccountSettings)
        case revoke(account: String, Grant, AccountSettings)
    }

    /// What slow work an event ends.
    enum Ending {
        /// The settings are those that it was sent with.
        case refresh(RefreshOrder, AccountSettings)
        case other
    }

    enum DiskJob: Sendable {
        /// Where `isTaken`, a foreign file lies in the grant's place.
        case save(account: String, KeptGrant, version: UInt64, isTaken: Bool)
        case erase(account: String, isTaken: Bool)
        case rescue(account: String, KeptGrant, renewing: Secret)
        /// Tells that all that was ordered before has been done.
        case settle(CheckedContinuation<Void, Never>)
    }

    /// Refreshes at one token endpoint at a time.
    static let refreshesInFlight = 4

    package let board = TokenBoard()
    let core = Mutex(Core())
    let time: any Timekeeper
    let persistence: any GrantPersistence
    let refresher: any GrantRefresher
    let revoker: any GrantRevoker
    let observer: @Sendable (_ account: String, GrantEvent) -> Void
    private let (diskJobs, disk) = AsyncStream.makeStream(of: DiskJob.self)
    private let (networkJobs, network) = AsyncStream.makeStream(of: NetworkJob.self)

    package init(
        time: any Timekeeper, persistence: any GrantPersistence, refresher: any GrantRefresher,
        revoker: any GrantRevoker, observer: @escaping @Sendable (_ account: String, GrantEvent) -> Void
    ) {
        self.time = time
        self.persistence = persistence
        self.refresher = refresher
        self.revoker = revoker
        self.observer = observer
    }

    /// Does the slow work until `drain` has nothing left to wait for.
    package func run() async {
        await withTaskGroup { group in
            group.addTask { for await job in self.diskJobs { await self.perform(job) } }
            group.addTask {
                await withDiscardingTaskGroup { posts in
                    for await job in self.networkJobs { posts.addTask { await self.perform(job) } }
                }
            }
        }
    }

    /// Starts no further refresh, and ends `run` once those under way have ended and are on disk: a rotation that has
    /// reached the server must not be lost. What the disk has refused is written once more; see `unsaved`.
    package func drain() {
        let now = time.now()
        let isIdle = core.withLock { core in
            core.isDraining = true
            core.pending -= core.queued.values.reduce(0) { $0 + $1.count }
            core.queued = [:]
            for (name, account) in core.accounts {
                guard account.life.saveFailure != nil, let grant = account.life.grant else { continue }
                enqueue(.save(grant, version: account.life.version), of: name, now: now, in: &core)
            }
            return core.pending == 0
        }
        if isIdle { finish() }
    }

    /// The accounts whose newest grant is in memory alone, by name: where the process ends with it, it is lost.
    package var unsaved: [String: Failure] {
        core.withLock { core in
            core.accounts.compactMapValues { account in
                if let failure = account.life.saveFailure { return failure }
                guard account.life.isSaving else { return nil }
                return Failure(
                    .storage, "it was still being written", at: time.now().wall)
            }
        }
    }

    func finish() {
        disk.finish()
        network.finish()
    }

    // MARK: - Performing

    private func perform(_ job: NetworkJob) async {
        switch job {
        case .refresh(let account, let order, let settings):
            let outcome = await refresher.refresh(order, settings: settings)
            transition(account, ending: .refresh(order, settings)) { $0.refreshEnded(outcome, of: order, now: $1) }
        case .revoke(let account, let grant, let settings):
            let failure = await revoker.end(grant, settings: settings)
            transition(account, ending: .other) { life, _ in life.revokeEnded(failure) }
        }
    }

    private func perform(_ job: DiskJob) async {
        switch job {
        case .save(let account, let kept, let version, let isTaken):
            let failure = await Self.failure { () async throws(Failure) in
                if isTaken { try await self.clearPlace(of: account) }
                try await self.persistence.save(kept, account: account)
            }
            if let failure, self.account(account) == nil { observer(account, .lost(failure)) }
            transition(account, ending: .other) { $0.saveEnded(failure, version: version, now: $1) }
        case .erase(let account, let isTaken):
            let failure = await Self.failure { () async throws(Failure) in
                if isTaken { try await self.clearPlace(of: account) }
                try await self.persistence.erase(account: account)
            }
            transition(account, ending: .other) { life, _ in life.eraseEnded(failure) }
        case .rescue(let account, let kept, let used):
            var isWanted = true
            let failure = await Self.failure { () async throws(Failure) in
                let there = try await self.persistence.load(account: account, now: self.time.now())
                isWanted = there?.binding == kept.binding && there?.grant.refreshToken == used
                if isWanted { try await self.persistence.save(kept, account: account) }
            }
            transition(account, ending: .other) {
                isWanted ? $0.rescueEnded(failure, kept.grant, renewing: used, now: $1) : [.tell(.staleResult)]
            }
        case .settle(let settled):
            transition("", ending: .other) { _, _ in [] }
            settled.resume()
        }
    }

    /// Sets a foreign file aside, once: what lies there afterwards is the account's own.
    private func clearPlace(of name: String) async throws(Failure) {
        guard core.withLock({ $0.accounts[name]?.hasForeignFile }) != false else { return }
        try await persistence.setAside(account: name)
        core.withLock { $0.accounts[name]?.hasForeignFile = false }
    }

    private static func failure(of work: () async throws(Failure) -> Void) async -> Failure? {
        do {
            try await work()
            return nil
        } catch {
            return error
        }
    }

    /// Lets something happen to one account and performs what follows.
    func transition(
        _ name: String, ending: Ending? = nil, _ happen: (inout GrantLife, Moment) -> [GrantAction]
    ) {
        let now = time.now()
        var after: [@Sendable () -> Void] = []
        let isIdle = core.withLock { core in
            if let ending { end(ending, in: &core) }
            if let actions = core.accounts[name]?.apply(happen, now: now) {
                after = perform(actions, of: name, now: now, ending: ending, in: &core)
                schedule(name, in: &core)
            } else if ending != nil {
                // The account was taken out of the configuration meanwhile.
                var gone = GrantLife(
                    account: name, policy: RefreshPolicy(), jitter: Jitter(seed: 0),
                    loggedOut: core.loggedOut[name] ?? 0)
                after = perform(happen(&gone, now), of: name, now: now, ending: ending, in: &core)
            }
            return core.isDraining && core.pending == 0
        }
        for action in after { action() }
        if isIdle { finish() }
    }

    /// Performs what can be done at once and hands on the rest; what calls outside is returned, for after the lock.
    func perform(
        _ actions: [GrantAction], of name: String, now: Moment, ending: Ending? = nil, in core: inout Core
    ) -> [@Sendable () -> Void] {
        var after: [@Sendable () -> Void] = []
        for action in actions {
            switch action {
            case .publish(let token): board.publish(token, of: name)
            case .answer(let ids, let answer):
                let answered = ids.compactMap { core.readers.removeValue(forKey: $0) }
                after.append { for reader in answered { reader(answer) } }
            case .tell(let event): after.append { [observer] in observer(name, event) }
            case .post, .save, .erase: enqueue(action, of: name, now: now, in: &core)
            case .revoke(let grant):
                guard case .refresh(_, let settings) = ending else { continue }
                core.pending += 1
                network.yield(.revoke(account: name, grant, settings))
            case .rescue(let grant, let used):
                guard case .refresh(_, let settings) = ending else { continue }
                core.pending += 1
                let kept = KeptGrant(grant: grant, binding: GrantBinding(settings), refreshedAt: now.wall)
                disk.yield(.rescue(account: name, kept, renewing: used))
            }
        }
        return after
    }

    func enqueue(_ action: GrantAction, of name: String, now: Moment, in core: inout Core) {
        guard let account = core.accounts[name] else { return }
        switch action {
        case .post(let order):
            let job = NetworkJob.refresh(account: name, order, account.settings)
            core.flights[name, default: []].append(order)
            core.pending += 1
            let server = account.settings.serverName
            if core.inFlight[server, default: 0] < Self.refreshesInFlight {
                core.inFlight[server, default: 0] += 1
                network.yield(job)
            } else {
                core.queued[server, default: []].append(job)
            }
        case .save(let grant, let version):
            core.pending += 1
            let kept = KeptGrant(
                grant: grant, binding: GrantBinding(account.settings), refreshedAt: account.life.refreshedAt)
            disk.yield(.save(account: name, kept, version: version, isTaken: account.hasForeignFile))
        case .erase:
            core.pending += 1
            disk.yield(.erase(account: name, isTaken: account.hasForeignFile))
        case .revoke, .rescue, .publish, .answer, .tell: break
        }
    }

    /// Returns once the disk has seen all that was ordered up to now.
    func settleDisk() async {
        await withCheckedContinuation { continuation in
            core.withLock { $0.pending += 1 }
            if case .terminated = disk.yield(.settle(continuation)) { continuation.resume() }
        }
    }

    private func end(_ ending: Ending, in core: inout Core) {
        core.pending -= 1
        guard case .refresh(let order, let settings) = ending else { return }
        core.flights[settings.name]?.removeAll { $0.version == order.version }
        if core.flights[settings.name]?.isEmpty == true { core.flights[settings.name] = nil }
        let server = settings.serverName
        if let next = core.queued[server]?.popFirst() {
            network.yield(next)
        } else {
            core.inFlight[server] = core.inFlight[server].flatMap { $0 > 1 ? $0 - 1 : nil }
        }
    }
}
