package import Failures
import FoundationEssentials
package import Grants
import Synchronization

/// A store in memory whose calls a test can make fail. Several stores with a shared register stand for several hosts.
package final class MemoryStore: GrantStore {
    package enum Call: Sendable, CaseIterable {
        case load, save, erase, setAside
    }

    private struct Record {
        var kept: KeptGrant
        var number: Int

        var revision: Revision { Revision("\(number)") }
    }

    private struct State {
        var records: [String: Record] = [:]
        var lastNumber = 0
        /// The streams that report the writes of other hosts, by host.
        var watchers: [Int: [AsyncStream<String>.Continuation]] = [:]
        /// The callers that wait for the first such stream, by host.
        var awaiting: [Int: [CheckedContinuation<Void, Never>]] = [:]
        var hosts = 0
    }

    private final class Register: Sendable {
        let state = Mutex(State())
    }

    private let register: Register
    private let host: Int
    private let failing = Mutex<Set<Call>>([])

    /// Creates a store with a register of its own, unless it shares that of another store.
    package init(sharing other: MemoryStore? = nil) {
        register = other?.register ?? Register()
        host = register.state.withLock { state in
            state.hosts += 1
            return state.hosts
        }
    }

    /// Makes these calls fail from now on.
    package func fail(_ calls: Set<Call>) {
        failing.withLock { $0 = calls }
    }

    /// The stored grant of an account. A grant that was set aside is at "NAME aside".
    package subscript(account: String) -> KeptGrant? {
        get { register.state.withLock { $0.records[account]?.kept } }
        set { write { state in Self.put(newValue, account, &state) } }
    }

    package func load(account: String, now: Moment) async throws(Failure) -> StoredGrant? {
        try check(.load)
        return register.state.withLock { state in
            state.records[account].map { StoredGrant($0.kept, revision: $0.revision) }
        }
    }

    package func save(
        _ kept: KeptGrant, account: String, replacing expected: Revision?
    ) async throws(Failure) -> SaveOutcome {
        try check(.save)
        return write(account) { state in
            guard state.records[account]?.revision == expected else { return .changed }
            Self.put(kept, account, &state)
            return state.records[account].map { .saved($0.revision) } ?? .changed
        }
    }

    package func erase(account: String) async throws(Failure) {
        try check(.erase)
        write(account) { $0.records[account] = nil }
    }

    package func setAside(account: String) async throws(Failure) {
        try check(.setAside)
        write(account) { state in
            if let record = state.records.removeValue(forKey: account) { state.records["\(account) aside"] = record }
        }
    }

    package var changes: AsyncStream<String> {
        let (changes, watcher) = AsyncStream.makeStream(of: String.self)
        let waiting = register.state.withLock { state in
            state.watchers[host, default: []].append(watcher)
            return state.awaiting.removeValue(forKey: host) ?? []
        }
        for waiter in waiting { waiter.resume() }
        return changes
    }

    /// Waits until the changes of other hosts are followed.
    package func awaitWatcher() async {
        await withCheckedContinuation { waiting in
            let isWatched = register.state.withLock { state in
                let isWatched = state.watchers[host] != nil
                if !isWatched { state.awaiting[host, default: []].append(waiting) }
                return isWatched
            }
            if isWatched { waiting.resume() }
        }
    }

    private static func put(_ kept: KeptGrant?, _ account: String, _ state: inout State) {
        state.lastNumber += 1
        state.records[account] = kept.map { Record(kept: $0, number: state.lastNumber) }
    }

    private func write<Result: Sendable>(_ account: String = "", _ work: (inout State) -> Result) -> Result {
        let (result, others) = register.state.withLock { state in
            (work(&state), state.watchers.filter { $0.key != host }.flatMap(\.value))
        }
        if !account.isEmpty { for other in others { other.yield(account) } }
        return result
    }

    private func check(_ call: Call) throws(Failure) {
        if failing.withLock({ $0.contains(call) }) { throw .disk }
    }
}

extension Failure {
    /// The failure of calls that were told to fail.
    package static let disk = Failure(.storage, "no space left", hint: "free some", at: .init(timeIntervalSince1970: 0))
}
