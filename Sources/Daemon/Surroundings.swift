import Accounts
import Files
import Grants
import HTTPTransport
import Logging
import NIOCore

/// What the parts of the daemon work with and tests replace: time, network, disk, configuration, log.
struct Surroundings: Sendable {
    /// What programs that the daemon starts get to see.
    var environment: [String: String]
    var catalogue: ProviderCatalogue
    var configuration: ConfigurationSource
    var time: any MachineTime
    /// Waits. It counts time asleep, as `time` does.
    var clock: any Clock<Duration>
    var transport: any HTTPTransport
    var store: any GrantStore
    /// Where what isn't a grant is kept.
    var state: PrivateFolder
    /// On which the sockets are served.
    var loops: any EventLoopGroup
    var log: Logger
    var threshold: LogThreshold
    var manager: ServiceManager
}
