package import Accounts
package import Failures
import OAuth

/// What the book asks its shell to do. Actions are performed in their order.
package enum BookAction: Sendable, Equatable {
    /// Send the refresh, then report by `refreshEnded`.
    case post(RefreshPost)
    /// Tell the authorization server that the grant has ended, then report by `revokeEnded`.
    case revoke(LateRevocation)
    /// Do this with the store, then report by `storeEnded`: it is the only call under way.
    case store(StoreCall)
    /// From now on readers get this token; nil: none.
    case publish(ServedToken?, of: TokenKey)
    case answer([ReaderID], ReaderAnswer)
    /// For the log and for those who watch.
    case tell(account: String, GrantEvent)
    /// Call `wake` at this instant, and no more at the one that was asked for before; nil: never.
    case wake(at: Instant?)
    case configured(CallID, ConfigurationChange)
    case consented(CallID, GrantBook.ConsentOutcome)
    case loggedOut(CallID, GrantBook.LogoutOutcome)
    /// Nothing is under way, and nothing will be any more.
    case drained
}

/// Names a caller who waits: for a configuration, a consent or a logout.
package struct CallID: Sendable, Hashable {
    package var number: UInt64

    package init(number: UInt64) {
        self.number = number
    }
}

/// A refresh with the settings of the account as they were when it was ordered.
package struct RefreshPost: Sendable, Equatable {
    package var order: RefreshOrder
    package var settings: AccountSettings

    package var account: String { settings.name }

    /// Refreshes of one name share a limit.
    var server: String { settings.serverName }
}

/// What a refresh brought after the logout.
package struct LateRevocation: Sendable, Equatable {
    package var grant: Grant
    package var settings: AccountSettings
}

package enum StoreCall: Sendable, Equatable {
    case load(account: String)
    case save(KeptGrant, account: String, replacing: Revision?)
    case erase(account: String)
    case setAside(account: String)
}

package enum StoreReply: Sendable {
    case loaded(StoredGrant?)
    case saved(SaveOutcome)
    /// Erased or set aside.
    case removed
    case failed(Failure)
}

/// What a change of the configuration did to the accounts, by name.
package struct ConfigurationChange: Sendable, Equatable {
    package var added: [String] = []
    package var removed: [String] = []
    package var changed: [String] = []
    package var unchanged: [String] = []
    /// Accounts whose kept grant couldn't be used.
    package var failures: [String: Failure] = [:]
}
