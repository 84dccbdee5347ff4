import Failures
import Grants
import Synchronization

/// An empty store whose loads wait until the test releases them.
final class HeldStore: GrantStore {
    private let held = Mutex<[CheckedContinuation<Void, Never>]>([])

    func load(account: String, now: Moment) async throws(Failure) -> StoredGrant? {
        await withCheckedContinuation { load in held.withLock { $0.append(load) } }
        return nil
    }

    /// Releases the load that began last; false where none is waiting.
    func releaseNewest() -> Bool {
        let newest = held.withLock { $0.popLast() }
        newest?.resume()
        return newest != nil
    }

    func save(
        _ kept: KeptGrant, account: String, replacing expected: Revision?
    ) async throws(Failure) -> SaveOutcome {
        .saved(Revision("1"))
    }

    func erase(account: String) async throws(Failure) {}
    func setAside(account: String) async throws(Failure) {}
    var changes: AsyncStream<String> { AsyncStream { $0.finish() } }
}
