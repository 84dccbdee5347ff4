import Accounts
import Failures
import OAuth
import Synchronization

/// Keeps the grants of all accounts: a thin shell around the `GrantBook`, which decides everything.
///
/// Who may touch the state, and when:
/// 1. One lock, `state`, guards the book and the callbacks of those who wait for it.
/// 2. The lock is held for one event of the book, and never while something is waited for.
/// 3. The time of an event is read under the lock, so that time never goes back for the book.
/// 4. Actions whose order matters are performed under the lock: the board, the alarm, and handing out work.
/// 5. Code of other modules is called after the lock is released: answers to readers and callers, and the observer.
/// 6. A reader may therefore call the keeper from its answer; it is never called under the lock.
/// 7. One call to the store is under way at a time. Whoever takes it from `storeCall` performs it and reports to the
///    book, which then orders the next one.
/// 8. Network requests run concurrently; the book limits them for each authorization server.
/// 9. The board has a lock of its own, so that readers of it never wait for an event. Only the keeper writes to it.
/// 10. `run` ends when the book is drained; until then the end of all work is reported to the book.
package final class GrantKeeper: Sendable {
    package typealias Account = GrantBook.Account
    package typealias Change = ConfigurationChange
    package typealias ConsentOutcome = GrantBook.ConsentOutcome
    package typealias LogoutOutcome = GrantBook.LogoutOutcome

    struct State: Sendable {
        var book: GrantBook
        var readers: [ReaderID: @Sendable (ReaderAnswer) -> Void] = [:]
        var callers: [CallID: @Sendable (BookAction) -> Void] = [:]
        /// The last number given to a reader or a caller.
        var lastID: UInt64 = 0
        /// A call to the store that no task has taken yet.
        var storeCall: StoreCall?
        /// The task of `run` that waits for such a call.
        var storeWorker: CheckedContinuation<StoreCall?, Never>?
        var isDrained = false

        mutating func nextID() -> UInt64 {
            lastID += 1
            return lastID
        }

        mutating func takeStoreWorker() -> CheckedContinuation<StoreCall?, Never>? {
            defer { storeWorker = nil }
            return storeWorker
        }

        mutating func takeStoreCall() -> StoreCall? {
            defer { storeCall = nil }
            return storeCall
        }
    }

    private enum NetworkJob: Sendable {
        case refresh(RefreshPost)
        case revoke(LateRevocation)
        case register(RegisterCall)
    }

    package let board = TokenBoard()
    let state: Mutex<State>
    let time: any Timekeeper
    private let store: any GrantStore
    private let refresher: any GrantRefresher
    private let revoker: any GrantRevoker
    /// nil where no grant is shared with other hosts.
    let register: (any GrantRegister)?
    private let observer: @Sendable (_ account: String, GrantEvent) -> Void
    private let (networkJobs, network) = AsyncStream.makeStream(of: NetworkJob.self)

    package init(
        time: any Timekeeper, store: any GrantStore, refresher: any GrantRefresher, revoker: any GrantRevoker,
        sharing: FleetMembership? = nil, observer: @escaping @Sendable (_ account: String, GrantEvent) -> Void
    ) {
        register = sharing?.register
        self.time = time
        self.store = store
        self.refresher = refresher
        self.revoker = revoker
        self.observer = observer
        state = Mutex(State(book: GrantBook(seed: .random(in: .min ... .max), fleet: sharing?.fleet)))
    }

    /// Performs the calls to the store and over the network, until `drain` has been called and all work has ended.
    package func run() async {
        await withTaskGroup { followers in
            followers.addTask { await self.followStore() }
            followers.addTask { await self.followRegister() }
            await withTaskGroup { work in
                // Not with an optional executor: where it is nil, optimised code of Swift 6.3 loses the task's own one.
                if let executor = self.store.executor {
                    work.addTask(executorPreference: executor) { await self.workInStore() }
                } else {
                    work.addTask { await self.workInStore() }
                }
                work.addTask { await self.workOverNetwork() }
            }
            followers.cancelAll()
        }
    }

    /// Passes an event to the book and performs the actions that it returns.
    func happen(_ event: (inout State, Moment) -> [BookAction]) {
        let after = state.withLock { state in
            let actions = event(&state, time.now())
            return perform(actions, &state)
        }
        for call in after { call() }
    }

    /// Performs the actions whose order matters, and returns the calls to make after the lock is released.
    private func perform(_ actions: [BookAction], _ state: inout State) -> [@Sendable () -> Void] {
        var after: [@Sendable () -> Void] = []
        for action in actions {
            switch action {
            case .post(let post): network.yield(.refresh(post))
            case .revoke(let revocation): network.yield(.revoke(revocation))
            case .register(let call): network.yield(.register(call))
            case .store(let call):
                if let worker = state.takeStoreWorker() {
                    after.append { worker.resume(returning: call) }
                } else {
                    state.storeCall = call
                }
            case .publish(let token, let key): board.publish(token, of: key)
            case .wake(let instant): time.wake(at: instant)
            case .answer(let ids, let answer):
                let answered = ids.compactMap { state.readers.removeValue(forKey: $0) }
                after.append { for reader in answered { reader(answer) } }
            case .tell(let account, let event): after.append { [observer] in observer(account, event) }
            case .configured(let id, _), .consented(let id, _), .loggedOut(let id, _), .settled(let id),
                .taken(let id, _):
                guard let caller = state.callers.removeValue(forKey: id) else { continue }
                after.append { caller(action) }
            case .drained:
                state.isDrained = true
                network.finish()
                if let worker = state.takeStoreWorker() { after.append { worker.resume(returning: nil) } }
            }
        }
        return after
    }

    // MARK: - Working

    private func workInStore() async {
        while let call = await nextStoreCall() { await work(call) }
    }

    /// Waits for the next call to the store; nil once the book is drained.
    private func nextStoreCall() async -> StoreCall? {
        await withCheckedContinuation { worker in
            let (call, waits) = state.withLock { state in
                let call = state.takeStoreCall()
                let waits = call == nil && !state.isDrained
                if waits { state.storeWorker = worker }
                return (call, waits)
            }
            if !waits { worker.resume(returning: call) }
        }
    }

    func work(_ call: StoreCall) async {
        let reply = await perform(call)
        happen { $0.book.storeEnded(reply, now: $1) }
    }

    private func perform(_ call: StoreCall) async -> StoreReply {
        do throws(Failure) {
            switch call {
            case .load(let account): return .loaded(try await store.load(account: account, now: time.now()))
            case .save(let kept, let account, let expected):
                return .saved(try await store.save(kept, account: account, replacing: expected))
            case .erase(let account): try await store.erase(account: account)
            case .setAside(let account): try await store.setAside(account: account)
            }
            return .removed
        } catch {
            return .failed(error)
        }
    }

    private func workOverNetwork() async {
        await withDiscardingTaskGroup { group in
            for await job in networkJobs { group.addTask { await self.perform(job) } }
        }
    }

    private func perform(_ job: NetworkJob) async {
        switch job {
        case .refresh(let post):
            let outcome = await refresher.refresh(post.order, settings: post.settings)
            happen { $0.book.refreshEnded(outcome, of: post, now: $1) }
        case .revoke(let revocation):
            let failure = await revoker.end(revocation.grant, settings: revocation.settings)
            happen { $0.book.revokeEnded(failure, account: revocation.settings.name, now: $1) }
        case .register(let call):
            guard let register else { return }
            let (reply, engineTime) = await register.perform(call)
            happen { $0.book.registerEnded(reply, of: call, time: engineTime, now: $1) }
        }
    }

    private func followRegister() async {
        guard let register else { return }
        for await change in register.changes {
            switch change {
            case .value(let reading, let key): happen { $0.book.registerChanged(reading, of: key, now: $1) }
            case .resynced(let readings, let engineTime):
                happen { $0.book.registerResynced(readings, time: engineTime, now: $1) }
            }
        }
    }

    private func followStore() async {
        for await account in store.changes { happen { $0.book.storeChanged(account, now: $1) } }
    }
}
