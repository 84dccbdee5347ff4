/// This host as a member of a fleet, and the times of the claim protocol.
package struct Fleet: Sendable {
    /// Identifies this host across restarts. It is random and stays on this host's disk: a copy of the disk is another
    /// host to the fleet only if it gets another one.
    package var host: String
    /// The host's name, for people.
    package var name: String
    /// Identifies this process.
    package var run: String
    /// How long after the access token's expiry another host's claim is respected, at a server that may revoke the grant
    /// if a used refresh token comes back.
    package var patience: Duration
    /// How often the register is read although no change was reported.
    package var interval: Duration

    package init(
        host: String, name: String, run: String, patience: Duration = .seconds(600), interval: Duration = .seconds(30)
    ) {
        self.host = host
        self.name = name
        self.run = run
        self.patience = patience
        self.interval = interval
    }

    /// When another host's claim counts as in doubt: the time limit of a token request and 5 s.
    static let doubt = Duration.seconds(35)
    /// A claim that was confirmed longer ago is looked at again before the request is sent: another host may have taken
    /// it over while this one was suspended.
    static let confirmed = Duration.seconds(1)
    /// How long after a claim was confirmed its request may begin: well before any host doubts the claim.
    static let beginning = Duration.seconds(20)
    /// A look at the claim that took longer is repeated.
    static let slowLook = Duration.seconds(5)
    /// How long a grant that was late in its life when it was first seen isn't refreshed: the engine may have been set
    /// back, and a host with a newer grant gets time to raise it.
    static let settling = Duration.seconds(10)
    /// How long a stop waits for the register.
    static let stopLimit = Duration.seconds(10)
    static let firstRetry = Duration.seconds(1)
    static let longestRetry = Duration.seconds(10)
    /// The longest pause that another host can ask for.
    static let longestPause = Duration.seconds(3600)
}

/// The account of a register: its name, and the client and server that its grants belong to. Hosts with another client
/// never meet it.
package struct ShareKey: Sendable, Hashable {
    package var account: String
    package var binding: GrantBinding

    package init(account: String, binding: GrantBinding) {
        self.account = account
        self.binding = binding
    }
}
