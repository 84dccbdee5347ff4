package import Accounts
package import Failures
package import FoundationEssentials
import OAuth

/// To whom a grant was given and where its refresh token may be sent: to no other authorization server and for no
/// other client.
package struct GrantBinding: Sendable, Hashable, Codable {
    package var clientID: String
    /// The token endpoint, or the issuer where its metadata names the endpoint: that may move.
    package var server: String

    package init(clientID: String, server: String) {
        self.clientID = clientID
        self.server = server
    }

    /// Of settings as they are configured.
    package init(_ settings: AccountSettings) {
        self.init(
            clientID: settings.client.id, server: settings.endpoints.token?.text ?? settings.issuer ?? "")
    }
}

/// What is kept of an account.
package struct KeptGrant: Sendable, Equatable {
    package var grant: Grant
    package var binding: GrantBinding
    package var refreshedAt: Date?
    /// The machine has been started since: the age of the access token is known by the wall clock alone.
    package var isOfEarlierBoot: Bool

    package init(grant: Grant, binding: GrantBinding, refreshedAt: Date? = nil, isOfEarlierBoot: Bool = false) {
        self.grant = grant
        self.binding = binding
        self.refreshedAt = refreshedAt
        self.isOfEarlierBoot = isOfEarlierBoot
    }
}

/// Keeps grants across restarts. Calls for one account come one after the other.
package protocol GrantPersistence: Sendable {
    /// Returns once the grant would survive a crash of the machine; else nothing that was there is destroyed.
    func save(_ kept: KeptGrant, account: String) async throws(Failure)

    /// nil where nothing is kept. What can't be read stays where it is.
    func load(account: String, now: Moment) async throws(Failure) -> KeptGrant?

    func erase(account: String) async throws(Failure)

    /// Moves what is kept, if anything, out of the way, so that another grant can take its place.
    func setAside(account: String) async throws(Failure)
}

/// Tells authorization servers that tokens have ended.
package protocol GrantRevoker: Sendable {
    /// Why the server may still take the tokens; nil where it doesn't. Takes a bounded time.
    func end(_ grant: Grant, settings: AccountSettings) async -> Failure?
}

/// Uses refresh tokens at the token endpoint.
package protocol GrantRefresher: Sendable {
    func refresh(_ order: RefreshOrder, settings: AccountSettings) async -> RefreshOutcome
}
