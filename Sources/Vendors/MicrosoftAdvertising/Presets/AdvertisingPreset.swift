package import Accounts

/// A preset whose tokens are valid for the Microsoft Advertising API, with the facts that clients of the API need.
package struct AdvertisingPreset: Sendable, Hashable {
    package var provider: Provider
    package var environment: AdvertisingEnvironment
    /// The scope without which the API refuses the tokens; nil if none is required.
    package var scope: String?
    /// The value of the `IdentityProvider` header for users who sign in elsewhere than at Microsoft.
    package var identityProvider: String?

    /// In display order.
    package static let all = [
        AdvertisingPreset(
            provider: .microsoftAdvertising, environment: .production,
            scope: "https://ads.microsoft.com/msads.manage"),
        AdvertisingPreset(
            provider: .microsoftAdvertisingSandbox, environment: .sandbox,
            scope: "https://si.ads.microsoft.com/msads.manage"),
        AdvertisingPreset(provider: .microsoftAdvertisingGoogle, environment: .production, identityProvider: "Google"),
        AdvertisingPreset(
            provider: .microsoftAdvertisingSandboxGoogle, environment: .sandbox, identityProvider: "Google"),
        AdvertisingPreset(provider: .microsoftAdvertisingLive, environment: .production),
        AdvertisingPreset(provider: .microsoftAdvertisingSandboxLive, environment: .sandbox),
        AdvertisingPreset(
            provider: .microsoftAdvertisingSandboxPPE, environment: .sandbox,
            scope: "https://api.ads.microsoft.com/msads.manage"),
    ]

    package static func named(_ name: String) -> AdvertisingPreset? {
        all.first { $0.provider.name == name }
    }
}
