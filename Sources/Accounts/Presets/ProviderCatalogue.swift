package import OAuth

/// All presets: those that stand by themselves, and those of the vendors.
package struct ProviderCatalogue: Sendable {
    package let vendors: [any Vendor]
    /// In the order in which people are shown them: what has been switched off comes last.
    package let all: [Provider]

    package init(general: [Provider] = Provider.general, vendors: [any Vendor]) {
        self.vendors = vendors
        let presets = vendors.flatMap(\.presets) + general
        all = presets.filter { $0.successor == nil } + presets.filter { $0.successor != nil }
    }

    package func named(_ name: String) -> Provider? {
        all.first { $0.name == name }
    }

    package var secretKeys: [VendorSecretKey] { vendors.flatMap(\.secretKeys) }

    package func findings(on scope: Scope, of provider: Provider, table: String) -> [VendorFinding] {
        vendors.flatMap { $0.findings(on: scope, of: provider, table: table) }
    }

    /// What the first vendor that knows the error reads out of it.
    package func reading(of error: OAuthError, account: String) -> VendorReading? {
        vendors.lazy.compactMap { $0.reading(of: error, account: account) }.first
    }

    package func refusal(of granted: Scope, by settings: AccountSettings) -> VendorRefusal? {
        vendors.lazy.compactMap { $0.refusal(of: granted, by: settings) }.first
    }
}

extension Provider {
    /// Whether an endpoint depends on the configuration's `tenant`.
    package var hasTenant: Bool { defaultTenant != nil }

    /// An endpoint's text with the tenant filled in.
    package func filled(_ endpoint: String, tenant: String?) -> String {
        (tenant ?? defaultTenant).map { endpoint.replacing("{tenant}", with: $0) } ?? endpoint
    }
}
