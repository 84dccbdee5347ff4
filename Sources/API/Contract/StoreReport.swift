package import FoundationEssentials

/// The body of `GET /store`: the store that hosts share, and what is in it.
package struct StoreReport: Codable, Sendable, Equatable {
    /// A member of the engine.
    package struct Member: Codable, Sendable, Equatable {
        package var endpoint: String
        package var reachable = false
        package var leader: Bool?
        package var latencyMs: Int?
        package var version: String?
        package var problem: FailureReport?

        package init(endpoint: String) {
            self.endpoint = endpoint
        }
    }

    /// A host of the fleet, as it has said itself.
    package struct Host: Codable, Sendable, Equatable {
        /// Identifies the host across restarts.
        package var host: String
        /// Whether it is the one that answers.
        package var own: Bool
        package var name: String?
        package var version: String?
        package var seenAt: Date?
        /// Seconds, by the engine's clock.
        package var seenAgo: Int?
        /// The id of the key with which it seals.
        package var sealsWith: String?
        /// The ids of all keys that it has.
        package var opensWith: [String]?
        /// The ids of the keys of this host that it hasn't.
        package var lacks: [String]?
        /// Why nothing is known of it.
        package var problem: FailureReport?

        package init(host: String, own: Bool) {
            self.host = host
            self.own = own
        }
    }

    /// A shared account.
    package struct Account: Codable, Sendable, Equatable {
        package var account: String
        package var refreshedAt: Date?
        package var share: ShareReport

        package init(account: String, refreshedAt: Date?, share: ShareReport) {
            self.account = account
            self.refreshedAt = refreshedAt
            self.share = share
        }
    }

    package var kind: String
    /// The name that the hosts have in common.
    package var fleet: String
    /// Identifies this host across restarts.
    package var host: String
    package var hostName: String
    /// The id of the key with which this host seals; nil where its keys can't be read.
    package var sealsWith: String?
    /// The ids of all keys that it has.
    package var opensWith: [String] = []
    /// Why the keys or the hosts can't be read.
    package var problem: FailureReport?
    package var members: [Member] = []
    package var hosts: [Host] = []
    package var accounts: [Account] = []

    package init(kind: String, fleet: String, host: String, hostName: String) {
        self.kind = kind
        self.fleet = fleet
        self.host = host
        self.hostName = hostName
    }
}
