package import Accounts
package import Failures
import OAuth

/// What the book asks its shell to do. The shell performs the actions in order.
package enum BookAction: Sendable, Equatable {
    /// Send the refresh, then report by `refreshEnded`.
    case post(RefreshPost)
    /// Tell the authorization server that the grant has ended, then report by `revokeEnded`.
    case revoke(LateRevocation)
    /// Perform this call to the store, then report by `storeEnded`. At most one call is under way at a time.
    case store(StoreCall)
    /// Perform this request to the register that several hosts share, then report by `registerEnded`. At most one
    /// request for each account is under way at a time.
    case register(RegisterCall)
    /// Serve this token to readers from now on; nil serves none.
    case publish(ServedToken?, of: TokenKey)
    case answer([ReaderID], ReaderAnswer)
    /// Report the event to the log and to subscribers.
    case tell(account: String, GrantEvent)
    /// Call `wake` at this instant, in place of the one requested before; nil cancels that.
    case wake(at: Instant?)
    case configured(CallID, ConfigurationChange)
    case consented(CallID, GrantBook.ConsentOutcome)
    case loggedOut(CallID, GrantBook.LogoutOutcome)
    case settled(CallID)
    /// Whether there was another host's claim to take over.
    case taken(CallID, Bool)
    /// The drain is complete: no work is under way, and none will be started.
    case drained
}

/// Identifies a caller who waits for the end of a configuration change, a consent, a logout or all work.
package struct CallID: Sendable, Hashable {
    package var number: UInt64

    package init(number: UInt64) {
        self.number = number
    }
}

/// A refresh to send, with the account's settings at the time when it was ordered.
package struct RefreshPost: Sendable, Equatable {
    package var order: RefreshOrder
    package var settings: AccountSettings

    package var account: String { settings.name }

    /// Refreshes with the same server name share one limit.
    var server: String { settings.serverName }
}

/// A grant to revoke, because the refresh that brought it ended after the user had logged out.
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
    /// The grant was erased or set aside.
    case removed
    case failed(Failure)
}

/// How a new configuration changed the accounts, by their names.
package struct ConfigurationChange: Sendable, Equatable {
    package var added: [String] = []
    package var removed: [String] = []
    package var changed: [String] = []
    package var unchanged: [String] = []
    /// The accounts whose stored grant couldn't be used, and why.
    package var failures: [String: Failure] = [:]
}
