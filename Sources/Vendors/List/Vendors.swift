package import Accounts
import MicrosoftAdvertisingPresets
import MicrosoftIdentity

extension ProviderCatalogue {
    /// With every vendor that there is.
    package static let complete = ProviderCatalogue(vendors: [MicrosoftAdvertising(), MicrosoftIdentity()])
}
