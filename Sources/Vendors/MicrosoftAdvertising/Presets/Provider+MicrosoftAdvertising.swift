import Accounts
import MicrosoftIdentity
import Text

extension Provider {
    static let microsoftAdvertising = Provider(
        name: "microsoft-advertising",
        summary: "Microsoft Advertising (Bing Ads), production, with a Microsoft account",
        issuer: "https://login.microsoftonline.com/{tenant}/v2.0",
        authorizationEndpoint: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        tokenEndpoint: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        deviceAuthorizationEndpoint: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode",
        placeholders: [.tenant],
        scopes: ["https://ads.microsoft.com/msads.manage", "offline_access", "openid", "profile"],
        redirectURI: "http://localhost",
        traits: MicrosoftIdentity.traits, unusedLimit: MicrosoftIdentity.unusedLimit,
        notes: [
            "Register http://localhost under \"Mobile and desktop applications\"; the port is ignored there.",
            "The API refuses tokens of the older scope https://ads.microsoft.com/ads.manage, which still can be asked for.",
            "The provider has no revocation endpoint: a logout forgets the grant here only.",
        ],
        source: "https://learn.microsoft.com/en-us/advertising/guides/authentication-oauth", asOf: "2026-11"
    )

    static let microsoftAdvertisingSandbox = Provider(
        name: "microsoft-advertising-sandbox",
        summary: "Microsoft Advertising, sandbox, with a Microsoft account",
        issuer: "https://login.microsoftonline.com/{tenant}/v2.0",
        authorizationEndpoint: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        tokenEndpoint: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        deviceAuthorizationEndpoint: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode",
        placeholders: [.tenant],
        scopes: ["https://si.ads.microsoft.com/msads.manage", "offline_access", "openid", "profile"],
        redirectURI: "http://localhost",
        traits: MicrosoftIdentity.traits, unusedLimit: MicrosoftIdentity.unusedLimit,
        notes: [
            "The application is registered as for production, and the account is an ordinary Microsoft account.",
            "The universal developer token of the sandbox is used where the configuration has none.",
        ],
        source: "https://learn.microsoft.com/en-us/advertising/guides/authentication-oauth", asOf: "2026-11"
    )

    static let microsoftAdvertisingGoogle = google(
        "microsoft-advertising-google", "Microsoft Advertising, with a Google account")

    static let microsoftAdvertisingSandboxGoogle = google(
        "microsoft-advertising-sandbox-google", "Microsoft Advertising, sandbox, with a Google account")

    private static func google(_ name: String, _ summary: String) -> Provider {
        Provider(
            name: name,
            summary: summary,
            issuer: "https://accounts.google.com",
            authorizationEndpoint: "https://accounts.google.com/o/oauth2/v2/auth",
            tokenEndpoint: "https://oauth2.googleapis.com/token",
            revocationEndpoint: "https://oauth2.googleapis.com/revoke",
            deviceAuthorizationEndpoint: "https://oauth2.googleapis.com/device/code",
            scopes: ["openid", "email", "profile"],
            redirectURI: "http://localhost",
            needsClientSecret: true,
            traits: ServerTraits {
                $0.authorizationParameters = [FormField("access_type", "offline"), FormField("prompt", "consent")]
            },
            notes: [
                "Register a client of the type \"Desktop app\"; its secret goes into client_secret.",
                "Requests to the API may need the header IdentityProvider: Google.",
            ],
            source: "https://learn.microsoft.com/en-us/advertising/guides/authentication-oauth", asOf: "2026-11"
        )
    }

    static let microsoftAdvertisingLive = Provider(
        name: "microsoft-advertising-live",
        summary: "Microsoft Advertising over Live Connect, switched off",
        authorizationEndpoint: "https://login.live.com/oauth20_authorize.srf",
        tokenEndpoint: "https://login.live.com/oauth20_token.srf",
        scopes: ["bingads.manage"],
        redirectURI: "https://login.live.com/oauth20_desktop.srf",
        unusedLimit: MicrosoftIdentity.unusedLimit,
        successor: "microsoft-advertising",
        notes: [
            "Microsoft has switched Live Connect off for the API; use microsoft-advertising.",
            "The redirect URI is not on this machine: log in with --paste.",
        ],
        source: "https://learn.microsoft.com/en-us/advertising/guides/authentication-oauth", asOf: "2026-11"
    )

    static let microsoftAdvertisingSandboxLive = Provider(
        name: "microsoft-advertising-sandbox-live",
        summary: "Microsoft Advertising sandbox over Live Connect's test world, switched off",
        authorizationEndpoint: "https://login.live-int.com/oauth20_authorize.srf",
        tokenEndpoint: "https://login.live-int.com/oauth20_token.srf",
        scopes: ["bingads.manage"],
        redirectURI: "https://login.live-int.com/oauth20_desktop.srf",
        unusedLimit: MicrosoftIdentity.unusedLimit,
        successor: "microsoft-advertising-sandbox",
        notes: [
            "Microsoft has switched this sandbox off; use microsoft-advertising-sandbox.",
            "The redirect URI is not on this machine: log in with --paste.",
        ],
        source: "https://learn.microsoft.com/en-us/advertising/guides/authentication-oauth", asOf: "2026-11"
    )

    static let microsoftAdvertisingSandboxPPE = Provider(
        name: "microsoft-advertising-sandbox-ppe",
        summary: "Microsoft Advertising sandbox of 2021 to 2025, switched off",
        authorizationEndpoint: "https://login.windows-ppe.net/consumers/oauth2/v2.0/authorize",
        tokenEndpoint: "https://login.windows-ppe.net/consumers/oauth2/v2.0/token",
        scopes: ["https://api.ads.microsoft.com/msads.manage", "offline_access"],
        redirectURI: "https://login.windows-ppe.net/common/oauth2/nativeclient",
        traits: ServerTraits { $0.authorizationParameters = [FormField("prompt", "login")] },
        unusedLimit: MicrosoftIdentity.unusedLimit, successor: "microsoft-advertising-sandbox",
        notes: [
            "Microsoft has moved the sandbox to ordinary accounts; use microsoft-advertising-sandbox.",
            "The redirect URI is not on this machine: log in with --paste.",
        ],
        source: "https://learn.microsoft.com/en-us/advertising/guides/authentication-oauth", asOf: "2026-11"
    )
}
