import Failures
import FoundationEssentials
import Grants

/// A store whose files nobody can open.
struct UnreadableStore: GrantPersistence {
    func load(account: String, now: Moment) async throws(Failure) -> KeptGrant? {
        throw Failure(.otherKey, "sealed", hint: "log in", at: now.wall)
    }

    func save(_ kept: KeptGrant, account: String) async throws(Failure) {}
    func erase(account: String) async throws(Failure) {}
    func setAside(account: String) async throws(Failure) {}
}
