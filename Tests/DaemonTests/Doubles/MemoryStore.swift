import Failures
import Grants
import Synchronization

/// Keeps grants in memory.
final class MemoryStore: GrantPersistence {
    private let kept = Mutex<[String: KeptGrant]>([:])

    subscript(account: String) -> KeptGrant? { kept.withLock { $0[account] } }

    func save(_ grant: KeptGrant, account: String) async throws(Failure) { kept.withLock { $0[account] = grant } }

    func load(account: String, now: Moment) async throws(Failure) -> KeptGrant? { self[account] }

    func erase(account: String) async throws(Failure) { kept.withLock { $0[account] = nil } }

    func setAside(account: String) async throws(Failure) { kept.withLock { $0[account] = nil } }
}
