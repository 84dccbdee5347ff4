import Accounts
import Files
import Grants
import HTTPTransport
import Logging
import NIOCore
import Stores

/// A store of sealed grants, and its key.
struct Sealing: Sendable {
    var store: FileGrantStore
    var sources: KeySources
    var opened: OpenedKeys
}

/// What the daemon's parts depend on and tests replace: time, network, disk, configuration, log.
struct Surroundings: Sendable {
    /// The environment of the programs that the daemon starts.
    var environment: [String: String]
    var catalogue: ProviderCatalogue
    var configuration: ConfigurationSource
    var time: any MachineTime
    /// The clock for waiting. Like `time`, it counts time asleep.
    var clock: any Clock<Duration>
    var transport: any HTTPTransport
    var store: any GrantStore
    /// How the store's grants are sealed; nil where they aren't.
    var sealing: Sealing?
    /// The folder for state other than grants.
    var state: PrivateFolder
    /// The event loops that serve the sockets.
    var loops: any EventLoopGroup
    var log: Logger
    var threshold: LogThreshold
    var manager: ServiceManager
    var extraPlaces: ExtraPlaces
    /// The store that hosts share; nil where nothing is shared with other hosts.
    var sharing: SharedStore?
}
