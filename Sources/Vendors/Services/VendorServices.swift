package import Files
import MicrosoftAdvertisingDaemon
package import Secrets
package import VendorInterface

/// The services of every vendor that has some. `state` is the folder in which they may keep files.
package func vendorServices(secrets: SecretReader, state: PrivateFolder) -> [any VendorService] {
    [AdvertisingDesk(secrets: secrets, customers: CustomerStore(folder: state))]
}
