package import Failures

/// Names what a store holds for an account at a moment: it is another one after each write, whoever writes.
package struct Revision: Sendable, Hashable {
    package let text: String

    /// 15 octets and less cost no memory of their own.
    package init(_ text: String) {
        self.text = text
    }
}

/// What a store holds for an account.
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
    /// The store holds something else than was expected, and has written nothing.
    case changed
}

/// Keeps grants across restarts: a folder of files, or a register that several hosts share. Calls for one account come
/// one after the other.
///
/// What must hold of every implementation is told by the rules of `StoreContract` in the tests.
package protocol GrantStore: Sendable {
    /// nil where nothing is kept, and where what lies there was logged out. What can't be read stays where it is, or is
    /// set aside.
    func load(account: String, now: Moment) async throws(Failure) -> StoredGrant?

    /// Writes where the store still holds `expected`, nil being nothing that `load` would give. Returns once the grant
    /// would survive a crash of the machine; where it throws nothing that was there is destroyed.
    func save(
        _ kept: KeptGrant, account: String, replacing expected: Revision?
    ) async throws(Failure) -> SaveOutcome

    /// Removes what is kept, if anything. Where it throws, something stays; it is made unusable for later starts where
    /// that can be done, and the failure says which of the two it is.
    func erase(account: String) async throws(Failure)

    /// Moves what is kept, if anything, out of the way, so that another grant can take its place.
    func setAside(account: String) async throws(Failure)

    /// The accounts of which another host has written something. One write may be told more than once, and several
    /// as one. Ends at once where nobody else writes.
    var changes: AsyncStream<String> { get }
}
