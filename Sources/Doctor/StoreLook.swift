import Accounts
import Configuration
import Etcd
import HTTPTransport
import Register
import Secrets
import StoreConnection
import Text

/// Looks at the shared store as the daemon would use it, and changes nothing there.
struct StoreLook: Sendable {
    let transport: any LineTransport
    let secrets: SecretReader
    let clock: any Clock<Duration>
    let boot: @Sendable () -> Duration

    func facts(of settings: StoreSettings) async -> StoreFacts {
        var faults: [StoreFacts.Fault] = []
        let paths = [
            "certificate_authority": settings.certificateAuthority, "client_certificate": settings.clientCertificate,
            "client_key": settings.clientKey,
        ].compactMapValues { $0 }
        for (key, path) in paths.sorted(by: { $0.key < $1.key }) {
            do throws(SecretFault) {
                _ = try secrets.readable(path)
            } catch {
                faults.append(StoreFacts.Fault(key: key, message: "\(error)", hint: error.hint))
            }
        }
        // The others are tried without what isn't there.
        let isMissing = Set(faults.map(\.key)).contains
        var etcd = EtcdSettings(settings, secrets)
        if isMissing("certificate_authority") { etcd.authorities = nil }
        if isMissing("client_certificate") || isMissing("client_key") { etcd.certificate = nil }
        let probe = EtcdProbe(etcd, transport: transport, clock: clock, boot: boot)
        faults += keyFaults(of: settings)
        var facts = StoreFacts(members: await probe.members())
        do throws(RegisterFailure) {
            try await probe.access(below: RegisterName("valetkey/1/\(settings.fleet)"))
            facts.isNeverCompacted = await probe.isNeverCompacted()
        } catch {
            facts.refusal = error
        }
        facts.hasRoles = await probe.hasRoles()
        facts.hasUser = settings.user != nil
        facts.hasCertificate = settings.clientCertificate != nil
        facts.commonName = settings.clientCertificate.flatMap { path in
            (try? secrets.readCertificate(path)).flatMap { CommonName.find(in: $0.expose()) }
        }
        facts.faults = faults
        return facts
    }

    /// What can be told of the keys without running a program, and without the daemon's credentials.
    private func keyFaults(of settings: StoreSettings) -> [StoreFacts.Fault] {
        ([("key", settings.key)] + settings.oldKeys.map { ("old_keys", $0) }).compactMap { key, source in
            do throws(SecretFault) {
                guard let text = try secrets.look(at: source) else { return nil }
                if let octets = Base64URL.decode(text.expose()), octets.count == 32 { return nil }
                return StoreFacts.Fault(
                    key: key, message: "it isn't a key: it has other than 32 octets in base64url",
                    hint: "valetkey store key prints a new key")
            } catch {
                return StoreFacts.Fault(key: key, message: "\(error)", hint: error.hint)
            }
        }
    }
}
