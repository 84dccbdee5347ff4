import OAuth
import Text

/// A task in the store; tasks are performed in the order of the requests.
enum StoreTask: Sendable {
    /// Load the grant of an account that has entered the configuration.
    case load(account: String, number: UInt64)
    case save(account: String, KeptGrant, version: UInt64)
    /// Erase the grant. A shared one is replaced by what its tombstone needs. A logout on this host waits for the end
    /// where it `answers`.
    case erase(account: String, KeptGrant?, answers: Bool)
    /// Save a refreshed grant that came too late for its machine, if the store still holds the grant that was
    /// refreshed.
    case rescue(account: String, KeptGrant, replacing: Secret)
    /// Read what another host has written.
    case look(account: String)

    var account: String {
        switch self {
        case .load(let account, _), .save(let account, _, _), .erase(let account, _, _), .rescue(let account, _, _),
            .look(let account):
            account
        }
    }

    /// The stamp of a shared grant that the task writes.
    var stamp: SharedStamp? {
        switch self {
        case .save(_, let kept, _), .rescue(_, let kept, _): kept.share
        case .erase(_, let kept, _): kept?.share
        case .load, .look: nil
        }
    }

    /// Whether the task only reads.
    var isLook: Bool {
        switch self {
        case .load, .look: true
        case .save, .erase, .rescue: false
        }
    }
}

/// The task under way, with what it has found so far.
struct StoreWork: Sendable {
    var task: StoreTask
    /// The content of the account's place that a read for this task has found.
    var seen: Place?
    /// How often another writer had changed what was to be replaced.
    var conflicts = 0
    /// Whether the grant is erased, because its tombstone could not be written.
    var isErased = false
}
