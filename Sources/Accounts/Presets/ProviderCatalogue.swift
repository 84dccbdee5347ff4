package import OAuth

/// All presets: those that stand by themselves, and those of the vendors.
package struct ProviderCatalogue: Sendable {
    package let vendors: [any Vendor]
    /// In the order in which people are shown them: by name, and what has been switched off comes last.
    package let all: [Provider]

    package init(general: [Provider] = Provider.general, vendors: [any Vendor]) {
        self.vendors = vendors
        let presets = (vendors.flatMap(\.presets) + general).sorted { $0.name < $1.name }
        all = presets.filter { $0.successor == nil } + presets.filter { $0.successor != nil }
    }

    /// The preset that an example shows.
    package var example: Provider? { vendors.first?.presets.first ?? all.first }

    package func named(_ name: String) -> Provider? {
        all.first { $0.name == name }
    }

    package var secretKeys: [VendorSecretKey] { vendors.flatMap(\.secretKeys) }

    /// The keys that some preset's addresses depend on.
    package var placeholderKeys: [String] { Set(all.flatMap(\.placeholders).map(\.name)).sorted() }

    package func findings(
        on scope: Scope, flow: GrantFlow, of provider: Provider, table: String
    ) -> [VendorFinding] {
        vendors.flatMap { $0.findings(on: scope, flow: flow, of: provider, table: table) }
    }

    /// What the first vendor that knows the error reads out of it.
    package func reading(of error: OAuthError, account: String) -> VendorReading? {
        vendors.lazy.compactMap { $0.reading(of: error, account: account) }.first
    }

    package func refusal(of granted: Scope, by settings: AccountSettings) -> VendorRefusal? {
        vendors.lazy.compactMap { $0.refusal(of: granted, by: settings) }.first
    }
}
