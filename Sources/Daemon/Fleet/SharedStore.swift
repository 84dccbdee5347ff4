import Accounts
import Configuration
import Etcd
import Files
import Grants
import HTTPTransport
import Register
import Secrets
import StoreConnection
import Stores
import Text

/// The store that the hosts of a fleet share, as this daemon uses it.
struct SharedStore: Sendable {
    /// What the configuration said at the start.
    var settings: StoreSettings
    /// This host as a member of the fleet.
    var membership: FleetMembership
    var engine: any SharedRegister
    var keyring: FleetKeyring
    /// Asks each member of the engine for its state.
    var members: @Sendable () async -> [EtcdMember]
    /// Reads the keys that these settings name.
    var readKeys: @Sendable (StoreSettings) -> FleetKeyring.Reader

    /// The name that the hosts have in common.
    var fleet: String { settings.fleet }
}

extension SharedStore {
    /// The store that the configuration names.
    ///
    /// - Throws: `StorageFault` where this host's name can't be kept.
    init(
        _ settings: StoreSettings, state: PrivateFolder, transport: any LineTransport, secrets: SecretReader,
        time: any Timekeeper, clock: any Clock<Duration>
    ) throws(StorageFault) {
        var random = SystemRandomNumberGenerator()
        let host = Fleet(
            host: try HostIdentity.read(in: state), name: HostIdentity.hostName,
            run: RandomText.make(octets: 9, using: &random).expose(), patience: settings.patience)
        let boot: @Sendable () -> Duration = { .nanoseconds(time.instant().nanoseconds) }
        let etcd = EtcdSettings(settings, secrets)
        let engine = EtcdRegister(etcd, transport: transport, clock: clock, boot: boot)
        let readKeys: @Sendable (StoreSettings) -> FleetKeyring.Reader = { settings in
            { () async throws(FleetKeyFault) in
                try await FleetKeys.read(settings.key, old: settings.oldKeys, secrets)
            }
        }
        let keyring = FleetKeyring(readKeys(settings))
        let register = FleetRegister(engine, fleet: settings.fleet, time: time, keyring: keyring)
        self.init(
            settings: settings, membership: FleetMembership(fleet: host, register: register), engine: engine,
            keyring: keyring,
            members: { await EtcdProbe(etcd, transport: transport, clock: clock, boot: boot).members() },
            readKeys: readKeys)
    }
}
