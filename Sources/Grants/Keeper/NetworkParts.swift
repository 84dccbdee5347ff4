package import Accounts
package import Failures
import OAuth

/// Uses refresh tokens at the token endpoint.
package protocol GrantRefresher: Sendable {
    func refresh(_ order: RefreshOrder, settings: AccountSettings) async -> RefreshOutcome
}

/// Revokes tokens at authorization servers.
package protocol GrantRevoker: Sendable {
    /// Revokes the grant's tokens, within a bounded time. Returns why the server may still accept them; nil where it
    /// doesn't.
    func end(_ grant: Grant, settings: AccountSettings) async -> Failure?
}
