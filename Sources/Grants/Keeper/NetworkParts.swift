package import Accounts
package import Failures
import OAuth

/// Uses refresh tokens at the token endpoint.
package protocol GrantRefresher: Sendable {
    func refresh(_ order: RefreshOrder, settings: AccountSettings) async -> RefreshOutcome
}

/// Tells authorization servers that tokens have ended.
package protocol GrantRevoker: Sendable {
    /// Why the server may still take the tokens; nil where it doesn't. Takes a bounded time.
    func end(_ grant: Grant, settings: AccountSettings) async -> Failure?
}
