import DequeModule
import HeapModule
package import OAuth
import Synchronization

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
        /// A kept grant of another client or server lies in this account's place.
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

    struct NetworkJob: Sendable {
        var account: String
        var order: RefreshOrder
        var settings: AccountSettings
        var grant: Grant
    }

    /// What slow work an event ends.
    enum Ending {
        case refresh(server: String)
        case disk
    }

    enum DiskJob: Sendable {
        case save(account: String, KeptGrant, version: UInt64)
        case erase(account: String)
        case setAside(account: String)
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
    let observer: @Sendable (_ account: String, GrantEvent) -> Void
    private let (diskJobs, disk) = AsyncStream.makeStream(of: DiskJob.self)
    private let (networkJobs, network) = AsyncStream.makeStream(of: NetworkJob.self)

    package init(
        time: any Timekeeper, persistence: any GrantPersistence, refresher: any GrantRefresher,
        observer: @escaping @Sendable (_ account: String, GrantEvent) -> Void
    ) {
        self.time = time
        self.persistence = persistence
        self.refresher = refresher
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
    /// reached the server must not be lost.
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

    func finish() {
        disk.finish()
        network.finish()
    }

    // MARK: - Performing

    private func perform(_ job: NetworkJob) async {
        let outcome = await refresher.refresh(job.order, settings: job.settings)
        // The account was taken out of the configuration meanwhile: what is kept of it must stay good.
        if case .granted(let tokens, let sent) = outcome, account(job.account) == nil {
            let renewed = KeptGrant(
                grant: job.grant.renewed(by: tokens, sent: sent), binding: GrantBinding(job.settings),
                refreshedAt: time.now().wall)
            if let failure = await Self.failure(of: { () async throws(GrantFailure) in
                try await self.persistence.save(renewed, account: job.account)
            }) {
                observer(job.account, .saveFailed(failure, retryIn: .zero))
            }
        }
        transition(job.account, ending: .refresh(server: job.settings.serverName)) { life, now in
            life.refreshEnded(outcome, version: job.order.version, now: now)
        }
    }

    private func perform(_ job: DiskJob) async {
        switch job {
        case .save(let account, let kept, let version):
            let failure = await Self.failure { () async throws(GrantFailure) in
                try await self.persistence.save(kept, account: account)
            }
            transition(account, ending: .disk) { $0.saveEnded(failure, version: version, now: $1) }
        case .erase(let account):
            let failure = await Self.failure { () async throws(GrantFailure) in
                try await self.persistence.erase(account: account)
            }
            transition(account, ending: .disk) { life, _ in life.eraseEnded(failure) }
        case .settle(let settled):
            transition("", ending: .disk) { _, _ in [] }
            settled.resume()
        case .setAside(let account):
            let failure = await Self.failure { () async throws(GrantFailure) in
                try await self.persistence.setAside(account: account)
            }
            transition(account, ending: .disk) { life, _ in
                failure.map { [.tell(.saveFailed($0, retryIn: .zero))] } ?? []
            }
        }
    }

    private static func failure(of work: () async throws(GrantFailure) -> Void) async -> GrantFailure? {
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
                after = perform(actions, of: name, now: now, in: &core)
                schedule(name, in: &core)
            }
            return core.isDraining && core.pending == 0
        }
        for action in after { action() }
        if isIdle { finish() }
    }

    /// Performs what can be done at once and hands on the rest; what calls outside is returned, for after the lock.
    func perform(
        _ actions: [GrantAction], of name: String, now: Moment, in core: inout Core
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
            }
        }
        return after
    }

    private func enqueue(_ action: GrantAction, of name: String, now: Moment, in core: inout Core) {
        guard let account = core.accounts[name] else { return }
        switch action {
        case .post(let order):
            guard let grant = account.life.grant else { return }
            let job = NetworkJob(account: name, order: order, settings: account.settings, grant: grant)
            core.pending += 1
            let server = account.settings.serverName
            if core.inFlight[server, default: 0] < Self.refreshesInFlight {
                core.inFlight[server, default: 0] += 1
                network.yield(job)
            } else {
                core.queued[server, default: []].append(job)
            }
        case .save(let grant, let version):
            if account.hasForeignFile {
                core.pending += 1
                core.accounts[name]?.hasForeignFile = false
                disk.yield(.setAside(account: name))
            }
            core.pending += 1
            let kept = KeptGrant(
                grant: grant, binding: GrantBinding(account.settings), refreshedAt: account.life.refreshedAt)
            disk.yield(.save(account: name, kept, version: version))
        case .erase:
            core.pending += 1
            disk.yield(.erase(account: name))
        case .publish, .answer, .tell: break
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
        guard case .refresh(let server) = ending else { return }
        if let next = core.queued[server]?.popFirst() {
            network.yield(next)
        } else {
            core.inFlight[server] = core.inFlight[server].flatMap { $0 > 1 ? $0 - 1 : nil }
        }
    }
}
