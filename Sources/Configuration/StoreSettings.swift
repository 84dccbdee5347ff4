package import Accounts
import OAuth

/// The table `[store]`: the store through which hosts share grants.
package struct StoreSettings: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        case etcd
    }

    package var kind: Kind
    /// Scheme, host and port of each member, without a slash at the end.
    package var endpoints: [String]
    /// The name that the hosts have in common.
    package var fleet: String
    /// Paths of PEM files; `~/` stands for the home folder.
    package var certificateAuthority: String?
    package var clientCertificate: String?
    package var clientKey: String?
    package var user: String?
    package var password: SecretSource?
    /// The key that seals what is stored, and keys that only open it.
    package var key: SecretSource
    package var oldKeys: [SecretSource]
    /// How long after the access token's expiry another host's claim is respected.
    package var patience: Duration

    package static let defaultPatience = Duration.seconds(600)

    package init(
        kind: Kind = .etcd, endpoints: [String], fleet: String, key: SecretSource, oldKeys: [SecretSource] = [],
        patience: Duration = defaultPatience
    ) {
        self.kind = kind
        self.endpoints = endpoints
        self.fleet = fleet
        self.key = key
        self.oldKeys = oldKeys
        self.patience = patience
    }
}
