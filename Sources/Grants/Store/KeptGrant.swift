package import Accounts
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
    /// The age of the access token isn't known by this boot's clock: the machine has been started since, or another host
    /// has kept the grant.
    package var isOfEarlierBoot: Bool

    package init(grant: Grant, binding: GrantBinding, refreshedAt: Date? = nil, isOfEarlierBoot: Bool = false) {
        self.grant = grant
        self.binding = binding
        self.refreshedAt = refreshedAt
        self.isOfEarlierBoot = isOfEarlierBoot
    }

    /// Whether it is a grant of this account: of the same client at the same server, got in the same way.
    package func fits(_ settings: AccountSettings) -> Bool {
        binding == GrantBinding(settings) && grant.isOwn == (settings.flow == .clientCredentials)
    }

    /// Whether both were given to the same client by the same server, in the same way.
    func isSameGrantee(as other: KeptGrant) -> Bool {
        binding == other.binding && grant.isOwn == other.grant.isOwn
    }
}
