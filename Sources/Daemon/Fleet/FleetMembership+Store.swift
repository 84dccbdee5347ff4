import Configuration
import Etcd
import Files
import Grants
import HTTPTransport
import Register
import Secrets
import Stores
import Text

extension FleetMembership {
    /// This host as a member of the fleet that the configuration names.
    ///
    /// - Throws: `StorageFault` where this host's name can't be kept.
    init(
        _ settings: StoreSettings, state: PrivateFolder, transport: any LineTransport, secrets: SecretReader,
        time: any Timekeeper, clock: any Clock<Duration>
    ) throws(StorageFault) {
        var random = SystemRandomNumberGenerator()
        let fleet = Fleet(
            host: try HostIdentity.read(in: state), name: HostIdentity.hostName,
            run: RandomText.make(octets: 9, using: &random).expose(), patience: settings.patience)
        let engine = EtcdRegister(
            EtcdSettings(settings, secrets), transport: transport, clock: clock,
            boot: { .nanoseconds(time.instant().nanoseconds) })
        let register = FleetRegister(engine, fleet: settings.fleet, time: time) { () async throws(FleetKeyFault) in
            try await FleetKeys.read(settings.key, old: settings.oldKeys, secrets)
        }
        self.init(fleet: fleet, register: register)
    }
}

extension EtcdSettings {
    init(_ settings: StoreSettings, _ secrets: SecretReader) {
        func path(_ text: String) -> String { (try? secrets.expand(text)) ?? text }
        var certificate: ClientCertificate?
        if let own = settings.clientCertificate, let key = settings.clientKey {
            certificate = ClientCertificate(path: path(own), keyPath: path(key))
        }
        var login: EtcdLogin?
        if let user = settings.user, let password = settings.password {
            login = EtcdLogin(user: user) {
                do throws(SecretFault) {
                    return .success(try await secrets.read(password))
                } catch {
                    return .failure(RegisterFailure(.denied, "password of [store]: \(error)"))
                }
            }
        }
        self.init(
            endpoints: settings.endpoints, authorities: settings.certificateAuthority.map(path),
            certificate: certificate, login: login)
    }
}
