package import Accounts
import MicrosoftAdvertisingPresets
import MicrosoftIdentity

extension ProviderCatalogue {
    /// The catalogue with all vendors.
    package static let complete = ProviderCatalogue(vendors: [MicrosoftAdvertising(), MicrosoftIdentity()])
}
