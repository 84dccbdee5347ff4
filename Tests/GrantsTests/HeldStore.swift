import Failures
import Synchronization
import TestStores

@testable import Grants

/// A store whose loads wait until the test releases them.
final class HeldStore: GrantStore {
    let store = MemoryStore()
    let (loads, arrived) = AsyncStream.makeStream(of: String.self)
    private let held = Mutex<[CheckedContinuation<Void, Never>]>([])
    private let isOpen = Mutex(false)

    /// Lets all further loads pass without waiting.
    func open() {
        isOpen.withLock { $0 = true }
        let waiting = held.withLock { held in
            defer { held = [] }
            return held
        }
        for load in waiting { load.resume() }
    }

    func load(account: String, now: Moment) async throws(Failure) -> StoredGrant? {
        if !isOpen.withLock({ $0 }) {
            await withCheckedContinuation { load in
                held.withLock { $0.append(load) }
                arrived.yield(account)
            }
        }
        return try await store.load(account: account, now: now)
    }

    func save(
        _ kept: KeptGrant, account: String, replacing expected: Revision?
    ) async throws(Failure) -> SaveOutcome {
        try await store.save(kept, account: account, replacing: expected)
    }

    func erase(account: String) async throws(Failure) { try await store.erase(account: account) }

    func setAside(account: String) async throws(Failure) { try await store.setAside(account: account) }

    var changes: AsyncStream<String> { store.changes }
}
