import Failures
import FoundationEssentials
import Grants

/// A store whose files can't be opened.
struct UnreadableStore: GrantStore {
    func load(account: String, now: Moment) async throws(Failure) -> StoredGrant? {
        throw Failure(.otherKey, "sealed", hint: "log in", at: now.wall)
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
