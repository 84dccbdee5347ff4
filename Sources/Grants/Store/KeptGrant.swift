package import Accounts
package import FoundationEssentials
import OAuth

/// The client that a grant was given to, and the server that issued it. Its refresh token may be sent to no other
/// authorization server and for no other client.
package struct GrantBinding: Sendable, Hashable, Codable {
    package var clientID: String
    /// The token endpoint, or the issuer where the endpoint comes from its metadata: such an endpoint may move.
    package var server: String

    package init(clientID: String, server: String) {
        self.clientID = clientID
        self.server = server
    }

    /// The binding of an account with these settings.
    package init(_ settings: AccountSettings) {
        self.init(
            clientID: settings.client.id, server: settings.endpoints.token?.text ?? settings.issuer ?? "")
    }
}

/// A grant as it is stored for an account.
package struct KeptGrant: Sendable, Equatable {
    package var grant: Grant
    package var binding: GrantBinding
    package var refreshedAt: Date?
    /// Whether the token's age is unknown by this boot's clock, because the machine has rebooted since, or another host
    /// has stored the grant.
    package var isOfEarlierBoot: Bool
    /// The grant's further access tokens that the configuration names, by their names.
    package var further: [String: HeldToken]
    /// What the grant is in the register that several hosts share; nil where it isn't shared. After a logout there is a
    /// stamp without a usable grant.
    package var share: SharedStamp?

    package init(
        grant: Grant, binding: GrantBinding, refreshedAt: Date? = nil, isOfEarlierBoot: Bool = false,
        further: [String: HeldToken] = [:]
    ) {
        self.further = further
        self.grant = grant
        self.binding = binding
        self.refreshedAt = refreshedAt
        self.isOfEarlierBoot = isOfEarlierBoot
    }

    /// What is kept of a shared account after a logout.
    package static func ended(_ stamp: SharedStamp, binding: GrantBinding, at now: Moment) -> KeptGrant {
        var kept = KeptGrant(grant: .own(scope: Scope([]), proofKey: nil, at: now), binding: binding)
        kept.grant.isOwn = false
        kept.share = stamp
        return kept
    }

    /// Whether the grant belongs to an account with these settings: the same client, server and kind of flow.
    package func fits(_ settings: AccountSettings) -> Bool {
        binding == GrantBinding(settings) && grant.isOwn == (settings.flow == .clientCredentials)
    }

    /// Whether both were given to the same client by the same server, in the same kind of flow.
    func isSameGrantee(as other: KeptGrant) -> Bool {
        binding == other.binding && grant.isOwn == other.grant.isOwn
    }
}
