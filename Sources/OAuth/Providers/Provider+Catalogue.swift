extension Provider {
    /// Every preset, in the order in which people are shown them.
    package static let all: [Provider] =
        [microsoftAdvertising, microsoftAdvertisingSandbox, microsoftAdvertisingGoogle]
        + [google, microsoft, gitHub, gitLab]
        + [microsoftAdvertisingLive, microsoftAdvertisingSandboxLive, microsoftAdvertisingSandboxPPE]

    package static func named(_ name: String) -> Provider? {
        all.first { $0.name == name }
    }

    /// Whether tokens of this preset are for the Microsoft Advertising API, which asks for a developer token beside them.
    package var servesMicrosoftAdvertising: Bool {
        name == "microsoft-advertising" || name.hasPrefix("microsoft-advertising-")
    }

    /// Whether an endpoint depends on the configuration's `tenant`.
    package var hasTenant: Bool { defaultTenant != nil }

    /// An endpoint's text with the tenant filled in.
    package func filled(_ endpoint: String, tenant: String?) -> String {
        (tenant ?? defaultTenant).map { endpoint.replacing("{tenant}", with: $0) } ?? endpoint
    }
}
