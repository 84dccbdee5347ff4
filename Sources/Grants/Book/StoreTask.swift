import OAuth
import Text

/// What is to be done in the store, in the order in which it was asked for.
enum StoreTask: Sendable {
    /// An account has come into the configuration.
    case load(account: String, number: UInt64)
    case save(account: String, KeptGrant, version: UInt64)
    case erase(account: String)
    /// Saves what a refresh brought too late, if the store still holds the grant that was refreshed.
    case rescue(account: String, KeptGrant, replacing: Secret)
    /// Another host has written something.
    case look(account: String)

    var account: String {
        switch self {
        case .load(let account, _), .save(let account, _, _), .erase(let account), .rescue(let account, _, _),
            .look(let account):
            account
        }
    }

    /// Whether it only reads.
    var isLook: Bool {
        switch self {
        case .load, .look: true
        case .save, .erase, .rescue: false
        }
    }
}

/// The task under way.
struct StoreWork: Sendable {
    var task: StoreTask
    /// What a look for this task has found in the account's place.
    var seen: Place?
    /// How often somebody else had written what was to be replaced.
    var conflicts = 0
}
