import Accounts
package import Configuration
package import Etcd
import HTTPTransport
import Register
package import Secrets

extension EtcdSettings {
    /// The etcd that the configuration names. Its password is read for each login, and paths are as the user has written
    /// them where they can't be expanded.
    package init(_ settings: StoreSettings, _ secrets: SecretReader) {
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
