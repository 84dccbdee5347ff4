package import Accounts
package import OAuth
package import Text

/// The Microsoft Advertising (Bing Ads) API, which requires a developer token besides the access token, and a certain
/// scope.
package struct MicrosoftAdvertising: Vendor {
    /// The account key for the developer token.
    package static let developerTokenKey = "developer_token"

    package let presets = AdvertisingPreset.all.map(\.provider)
    package let permissions = ["ads_headers"]

    package let secretKeys = [
        VendorSecretKey(
            name: developerTokenKey, presets: AdvertisingPreset.all.map(\.provider.name),
            presetsInWords: "the microsoft-advertising presets", place: tokenPlace)
    ]

    package init() {}

    package func findings(
        on scope: Scope, flow: GrantFlow, of provider: Provider, table: String
    ) -> [VendorFinding] {
        guard let preset = AdvertisingPreset.named(provider.name) else { return [] }
        guard flow != .clientCredentials else {
            return [
                VendorFinding(
                    "flow of \(table): the Microsoft Advertising API serves users only, no client that acts for itself",
                    hint: "remove flow, and log in as a user of Microsoft Advertising")
            ]
        }
        guard let wanted = preset.scope, !scope.contains(wanted) else { return [] }
        let asksForOld = scope.tokens.contains { $0.hasSuffix("/ads.manage") }
        return [
            VendorFinding(
                asksForOld
                    ? "scopes of \(table) ask for ads.manage, whose tokens the API refuses since 2022"
                    : "scopes of \(table) lack msads.manage, without which the API refuses every token",
                hint: "ask for \"\(wanted)\"")
        ]
    }

    package func doubts(on settings: AccountSettings, secret: (SecretSource) -> Secret?) -> [VendorFinding] {
        guard let preset = AdvertisingPreset.of(settings) else { return [] }
        let token = settings.vendorSecrets[Self.developerTokenKey].flatMap(secret)
        var doubts: [VendorFinding] = []
        if let objection = token.flatMap(Self.objection) {
            doubts.append(
                VendorFinding("developer_token of [accounts.\(settings.name)] \(objection)", hint: Self.cleanToken))
        }
        guard preset.environment == .production, preset.provider.successor == nil else { return doubts }
        let universal = AdvertisingEnvironment.sandbox.universalDeveloperToken
        if settings.vendorSecrets[Self.developerTokenKey] != nil {
            guard let universal, token == universal else { return doubts }
            doubts.append(
                VendorFinding(
                    "developer_token of [accounts.\(settings.name)] is the sandbox's, which production refuses",
                    hint: "\(Self.tokenPlace), or use the sandbox's provider, \(Self.sandboxTwin(of: preset))"))
        } else {
            doubts.append(
                VendorFinding(
                    "[accounts.\(settings.name)] has no developer_token, without which the API takes no request",
                    hint: "\(Self.tokenPlace), and write developer_token = { file = \"…\" }"))
        }
        return doubts
    }

    /// What is wrong with the characters of a developer token, which are letters, digits and a few signs; nil if nothing
    /// is.
    package static func objection(to token: Secret) -> String? {
        let text = token.expose()
        if text.contains(where: \.isWhitespace) { return "has a blank inside" }
        if text.isSoiled { return "has a quote at one end" }
        let isUsual = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                    || "-_.~+/=".unicodeScalars.contains(scalar))
        }
        return isUsual ? nil : "has characters that no developer token has"
    }

    /// The remedy for such a token.
    package static let cleanToken = "write the token itself and nothing else: \(tokenPlace)"

    private static func sandboxTwin(of preset: AdvertisingPreset) -> String {
        let twin = AdvertisingPreset.all.first {
            $0.environment == .sandbox && $0.identityProvider == preset.identityProvider && $0.provider.successor == nil
        }
        return twin?.provider.name ?? ""
    }

    /// Where a Super Admin of the customer finds the developer token.
    package static let tokenPlace =
        "a Super Admin gets one in Microsoft Advertising under Settings, Developer settings "
        + "(https://developers.ads.microsoft.com)"

    /// Explains a fault of the API by its number or its name.
    package func explanation(of text: String, account: RemedyAccount) -> String? {
        // A code of the sign-in page, whose text may have any numbers.
        guard !text.uppercased().contains("AADSTS") else { return nil }
        return AdvertisingFault(in: text)?.explanation(account: account)
    }

    /// Checks the user by the API, and offers the advertising accounts to choose from.
    package func stepsAfterLogin(of provider: Provider, account: String) -> [SetupStep] {
        guard AdvertisingPreset.named(provider.name) != nil else { return [] }
        return [
            SetupStep(["ads", "user", account]), SetupStep(["ads", "accounts", account]),
            SetupStep(["ads", "headers", account], isRun: false),
        ]
    }

    package func refusal(of granted: Scope, by settings: AccountSettings) -> VendorRefusal? {
        guard let wanted = AdvertisingPreset.of(settings)?.scope, !granted.contains(wanted) else { return nil }
        let isAsked = settings.scope.contains(wanted)
        let change =
            isAsked ? "" : "put \(wanted) into scopes of [accounts.\(settings.name)], run valetkey reload, then "
        return VendorRefusal(
            detail: "the Microsoft Advertising API refuses this token: its scope is \(granted), not \(wanted)",
            hint: "\(change)consent again: valetkey login \(settings.name)")
    }
}

extension AdvertisingPreset {
    /// Returns the advertising preset of an account; nil if it uses none.
    package static func of(_ settings: AccountSettings) -> AdvertisingPreset? {
        settings.provider.flatMap(named)
    }
}
