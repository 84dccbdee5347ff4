import APIContract
import Accounts
import Dispatch
import Files
import Grants
import Synchronization

/// Keeps the files of `token_file` at the published tokens.
///
/// Who may touch the state, and when:
/// 1. One lock guards the state. It is held for a look or a change, and never while a file is written.
/// 2. `note` may be called from any thread, also under the keeper's lock: it only marks the token and wakes the queue.
/// 3. Files are written and removed on one serial queue, which alone changes `files`. It writes what is published when
///    its turn comes, so that a token that was replaced meanwhile is never written.
/// 4. A file that can't be written is told once, and is tried again with the next token, when the token in it expires,
///    and with the next reload. Only a reload and a stop wait for files.
final class TokenFiles: Sendable {
    struct State: Sendable {
        var files: [TokenKey: TokenFileEntry] = [:]
        var due: Set<TokenKey> = []
        var isQueued = false
        /// When the queue looks for expired tokens next.
        var alarm: Instant?
        /// The paths of earlier files that may still be there.
        var leftovers: Set<String>
        var isStopped = false
    }

    let state: Mutex<State>
    let keeper: GrantKeeper
    let places: TokenFilePlaces
    let time: any Timekeeper
    let observer: @Sendable (_ account: String, TokenFileEvent) -> Void
    private let clock: any Clock<Duration>
    private let queue = DispatchQueue(label: "valetkey.tokenfiles")
    private let (alarms, alarm) = AsyncStream.makeStream(of: Instant.self)

    init(
        keeper: GrantKeeper, places: TokenFilePlaces, time: any Timekeeper, clock: any Clock<Duration>,
        observer: @escaping @Sendable (_ account: String, TokenFileEvent) -> Void
    ) {
        self.keeper = keeper
        self.places = places
        self.time = time
        self.clock = clock
        self.observer = observer
        state = Mutex(State(leftovers: Set(places.list.read())))
        keeper.board.follow { [weak self] key in self?.note(key) }
    }

    /// Marks a token whose publication has changed.
    func note(_ key: TokenKey) {
        let isNew = state.withLock { state in
            guard state.files[key] != nil, !state.isStopped else { return false }
            state.due.insert(key)
            defer { state.isQueued = true }
            return !state.isQueued
        }
        if isNew { queue.async { self.work() } }
    }

    /// Marks all tokens of an account.
    func note(account: String) {
        let keys = state.withLock { state in state.files.keys.filter { $0.account == account } }
        for key in keys { note(key) }
    }

    /// Takes over the files of a configuration. Returns once those that are gone are removed, and the others are at the
    /// published tokens.
    func adopt(_ accounts: [String: AccountSettings]) async {
        let wanted = TokenFileEntry.all(of: accounts, places: places)
        let isIdle = state.withLock { $0.files.isEmpty && $0.leftovers.isEmpty } && wanted.isEmpty
        if isIdle { return }
        await onQueue { [self] in
            if state.withLock({ $0.isStopped }) { return }
            replace(by: wanted)
            work()
        }
    }

    /// Removes the files of tokens that expire, until `stop`; then removes all files.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await instant in alarms {
                group.addTask {
                    try? await self.clock.sleep(for: instant - self.time.instant())
                    self.ring(instant)
                }
            }
            group.cancelAll()
        }
        await onQueue { [self] in
            state.withLock { $0.isStopped = true }
            replace(by: [:])
        }
    }

    func stop() {
        alarm.finish()
    }

    /// The files of an account; nil where it has none.
    func reports(of account: String) -> [TokenFileReport]? {
        let entries = state.withLock { state in state.files.filter { $0.key.account == account } }
        return entries.isEmpty
            ? nil : entries.map { $1.report(of: $0) }.sorted { ($0.token ?? "") < ($1.token ?? "") }
    }

    /// Runs work on the queue, behind everything that is due by now.
    func onQueue(_ work: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            queue.async {
                work()
                continuation.resume()
            }
        }
    }

    /// Asks for a look at this instant, unless there will be one before.
    func arm(_ instant: Instant?) {
        guard let instant else { return }
        let isEarlier = state.withLock { state in
            if let alarm = state.alarm, alarm <= instant { return false }
            state.alarm = instant
            return true
        }
        if isEarlier { alarm.yield(instant) }
    }

    private func ring(_ instant: Instant) {
        queue.async { [self] in
            let now = time.instant()
            let next = state.withLock { state in
                if state.alarm == instant { state.alarm = nil }
                for (key, entry) in state.files where entry.ends.map({ $0 <= now }) == true { state.due.insert(key) }
                return state.files.values.compactMap(\.ends).filter { $0 > now }.min()
            }
            work()
            arm(next)
        }
    }
}
