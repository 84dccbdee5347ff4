package import OAuth

/// All presets: the general ones and those of the vendors.
package struct ProviderCatalogue: Sendable {
    package let vendors: [any Vendor]
    /// Sorted by name for display, with discontinued presets at the end.
    package let all: [Provider]
    /// The account keys that fill placeholders in any preset's addresses.
    package let placeholderKeys: [String]

    package init(general: [Provider] = Provider.general, vendors: [any Vendor]) {
        self.vendors = vendors
        let presets = (vendors.flatMap(\.presets) + general).sorted { $0.name < $1.name }
        all = presets.filter { $0.successor == nil } + presets.filter { $0.successor != nil }
        placeholderKeys = Set(all.flatMap(\.placeholders).map(\.name)).sorted()
    }

    /// The preset to use in an example.
    package var example: Provider? { vendors.first?.presets.first ?? all.first }

    package func named(_ name: String) -> Provider? {
        all.first { $0.name == name }
    }

    package var secretKeys: [VendorSecretKey] { vendors.flatMap(\.secretKeys) }

    package var permissions: [String] { vendors.flatMap(\.permissions) }

    package func findings(
        on scope: Scope, flow: GrantFlow, of provider: Provider, table: String
    ) -> [VendorFinding] {
        vendors.flatMap { $0.findings(on: scope, flow: flow, of: provider, table: table) }
    }

    package func findings(
        onToken target: TokenTarget, flow: GrantFlow, of provider: Provider, table: String
    ) -> [VendorFinding] {
        vendors.flatMap { $0.findings(onToken: target, flow: flow, of: provider, table: table) }
    }

    /// The interpretation of an error by the first vendor that knows it; nil if none does.
    package func reading(of error: OAuthError, account: RemedyAccount) -> VendorReading? {
        vendors.lazy.compactMap { $0.reading(of: error, account: account) }.first
    }

    package func refusal(of granted: Scope, by settings: AccountSettings) -> VendorRefusal? {
        vendors.lazy.compactMap { $0.refusal(of: granted, by: settings) }.first
    }
}
