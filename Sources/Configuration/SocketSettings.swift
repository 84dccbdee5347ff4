/// A table `[sockets.NAME]`: a further socket of the daemon with less behind it than the main one.
package struct SocketSettings: Sendable, Hashable {
    /// Whose processes may call.
    package enum Peers: Sendable, Hashable {
        /// Only the daemon's own user.
        case own
        /// These users, by their numbers, and the daemon's own.
        case users([UInt32])
        /// Everybody who can connect.
        case reachable
    }

    package var name: String
    /// Accounts, and tokens of accounts as `ACCOUNT/TOKEN`.
    package var accounts: [String]
    /// What callers may do besides asking for the daemon's health.
    package var allow: [String] = ["token"]
    /// nil for a file beside the main socket. May contain specifiers (`PathSpecifiers`).
    package var path: String?
    package var mode: UInt32 = 0o600
    /// The group's number; nil for the daemon's own.
    package var group: UInt32?
    package var peers = Peers.own
    /// How many connections may be open at once.
    package var connections = 64
    /// The longest time that an answer may take.
    package var wait = Duration.seconds(60)

    package init(name: String, accounts: [String]) {
        self.name = name
        self.accounts = accounts
    }

    /// The words in `allow` that need no vendor.
    static let permissions = ["token", "dpop", "events"]
}
