package import Files
import MicrosoftAdvertisingDaemon
package import Secrets
package import VendorInterface

/// The services of all vendors that have one. `state` is the folder in which they may store files.
package func vendorServices(secrets: SecretReader, state: PrivateFolder) -> [any VendorService] {
    [AdvertisingDesk(secrets: secrets, customers: CustomerStore(folder: state))]
}
