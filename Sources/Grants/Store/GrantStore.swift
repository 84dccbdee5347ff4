package import Failures

/// Identifies the content of a store for an account at a moment. Every write changes it, whoever writes.
package struct Revision: Sendable, Hashable {
    package let text: String

    /// Texts of up to 15 octets are stored inline, without a memory allocation.
    package init(_ text: String) {
        self.text = text
    }
}

/// What a store holds for an account, with its revision.
package struct StoredGrant: Sendable, Equatable {
    package var kept: KeptGrant
    package var revision: Revision

    package init(_ kept: KeptGrant, revision: Revision) {
        self.kept = kept
        self.revision = revision
    }
}

/// How a save ended.
package enum SaveOutcome: Sendable, Equatable {
    case saved(Revision)
    /// The store holds another revision than expected, and has written nothing.
    case changed
}

/// Keeps grants across restarts: a folder of files, or a database that several hosts share. Calls for one account are
/// made one at a time.
///
/// Every implementation must pass the rules of `StoreContract` in the tests.
package protocol GrantStore: Sendable {
    /// Reads the grant; nil where there is none, or it was logged out. Throws where it can't be read; it then stays in
    /// its place or is set aside.
    func load(account: String, now: Moment) async throws(Failure) -> StoredGrant?

    /// Writes the grant if the store still holds the revision `expected`; nil expects nothing that `load` would return.
    /// Returns once the grant would survive a crash of the machine. Where it throws, nothing is lost that was there
    /// before.
    func save(
        _ kept: KeptGrant, account: String, replacing expected: Revision?
    ) async throws(Failure) -> SaveOutcome

    /// Removes the grant, if there is one. Where it throws, some of it remains; the failure says whether that was made
    /// unusable for later starts.
    func erase(account: String) async throws(Failure)

    /// Moves the content, if any, out of the way, so that another grant can take its place.
    func setAside(account: String) async throws(Failure)

    /// The accounts to which another host has written. A write may be reported more than once, and several writes as
    /// one. Ends at once where nobody else writes to the store.
    var changes: AsyncStream<String> { get }

    /// Where a task that calls the store again and again had best run, so that a call needs no change of threads; nil where
    /// that makes no difference.
    var executor: (any TaskExecutor)? { get }
}

extension GrantStore {
    package var executor: (any TaskExecutor)? { nil }
}
