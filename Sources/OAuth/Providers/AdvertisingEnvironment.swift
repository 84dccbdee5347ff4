/// One of the two worlds of the Microsoft Advertising API; they share neither users nor developer tokens.
package enum AdvertisingEnvironment: String, Sendable, CaseIterable {
    case production
    case sandbox

    /// The sandbox's developer token is public and the same for everyone.
    package var universalDeveloperToken: Secret? {
        switch self {
        case .production: nil
        case .sandbox: Secret("BBD37VB98")
        }
    }
}

extension Provider {
    /// Where tokens of this preset are good; nil for presets that don't serve the Microsoft Advertising API.
    package var advertisingEnvironment: AdvertisingEnvironment? {
        guard servesMicrosoftAdvertising else { return nil }
        return name.hasPrefix("microsoft-advertising-sandbox") ? .sandbox : .production
    }

    /// What the API wants to be told where the user signs in elsewhere than at Microsoft.
    package var advertisingIdentityProvider: String? {
        self == .microsoftAdvertisingGoogle ? "Google" : nil
    }

    /// The scope without which the API refuses the preset's tokens; nil where there is no such scope.
    package var advertisingScope: String? {
        servesMicrosoftAdvertising ? scopes.first { $0.hasSuffix("/msads.manage") } : nil
    }

    /// Whether refresh tokens come of Microsoft's identity platform: for the scope `offline_access` alone, and promised
    /// for 90 days.
    package var isOfMicrosoftIdentityPlatform: Bool {
        scopes.contains("offline_access") && tokenEndpoint.hasSuffix("/oauth2/v2.0/token")
    }
}
