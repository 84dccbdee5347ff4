import AuthorizationServer
import OAuth
import Testing

/// The behaviour of a preset's server according to its documentation, and the settings of an account there.
struct PresetServer: Sendable, CustomTestStringConvertible {
    var preset: String
    /// Keys of the account in addition to the preset and the client.
    var lines = ""
    /// Whether the account uses the server's client with a secret, or the one without.
    var isConfidential = false
    /// Whether a consent brings a refresh token.
    var isRefreshed = true
    var quirks = ServerQuirks()

    var testDescription: String { preset }

    /// Whether an account without the preset's traits fails there.
    var needsTraits: Bool { Self.plain.contains(preset) == false }

    /// Servers that follow the standards in everything that their accounts use.
    private static let plain: Set<String> = [
        "box", "spotify", "twitch", "quickbooks", "fastmail", "yahoo", "keycloak", "okta", "auth0", "github-app",
        "mastodon", "salesforce",
    ]

    static let all = work + personal + identity

    private static let work = [
        PresetServer(
            preset: "salesforce",
            quirks: ServerQuirks {
                $0.refusedOnRefresh = ["scope"]
                $0.statesLifetime = false
            }),
        PresetServer(
            preset: "slack", lines: #"scopes = ["users:read", "chat:write"]"#,
            quirks: ServerQuirks {
                $0.scopeParameter = "user_scope"
                $0.separatesScopesByCommas = true
                $0.member = "authed_user"
                $0.tokenType = "user"
                $0.scopeReply = .commas
                $0.refusedOnRefresh = ["scope"]
            }),
        PresetServer(
            preset: "dropbox", quirks: ServerQuirks { $0.wantedParameters = ["token_access_type": "offline"] }),
        PresetServer(
            preset: "box", isConfidential: true, quirks: ServerQuirks { $0.authentication = .clientSecretPost }),
        PresetServer(
            preset: "zoho", lines: "region = \"eu\"\nscopes = [\"ZohoCRM.users.READ\", \"ZohoCRM.org.READ\"]",
            isConfidential: true,
            quirks: ServerQuirks {
                $0.authentication = .clientSecretPost
                $0.wantedParameters = ["access_type": "offline", "prompt": "consent"]
                $0.separatesScopesByCommas = true
                $0.scopeReply = .absent
            }),
        PresetServer(
            preset: "atlassian", isConfidential: true,
            quirks: ServerQuirks {
                $0.takesJSON = true
                $0.wantedParameters = ["audience": "api.atlassian.com", "prompt": "consent"]
            }),
        PresetServer(
            preset: "notion", isConfidential: true,
            quirks: ServerQuirks {
                $0.authentication = .clientSecretBasic
                $0.takesJSON = true
                $0.wantedParameters = ["owner": "user"]
                $0.refusedParameters = ["code_verifier"]
                $0.statesLifetime = false
                $0.scopeReply = .absent
            }),
        PresetServer(
            preset: "quickbooks", isConfidential: true,
            quirks: ServerQuirks { $0.authentication = .clientSecretBasic }),
        PresetServer(
            preset: "linkedin", isConfidential: true,
            quirks: ServerQuirks {
                $0.authentication = .clientSecretPost
                $0.refusedParameters = ["code_verifier"]
            }),
        PresetServer(
            preset: "github-app", isConfidential: true,
            quirks: ServerQuirks { $0.scopeReply = .absent }),
    ]

    private static let personal = [
        PresetServer(preset: "spotify"),
        PresetServer(
            preset: "strava", lines: #"scopes = ["read", "activity:read"]"#, isConfidential: true,
            quirks: ServerQuirks {
                $0.authentication = .clientSecretPost
                $0.separatesScopesByCommas = true
                $0.scopeReply = .absent
                $0.refusedOnRefresh = ["scope"]
            }),
        PresetServer(
            preset: "twitch", isConfidential: true,
            quirks: ServerQuirks {
                $0.authentication = .clientSecretPost
                $0.scopeReply = .list
            }),
        PresetServer(
            preset: "reddit",
            quirks: ServerQuirks {
                $0.wantsEmptyPassword = true
                $0.wantedParameters = ["duration": "permanent"]
                $0.wantedHeaders = ["user-agent": "linux:"]
            }),
        PresetServer(
            preset: "mastodon", lines: "instance = \"social.example\"", isConfidential: true, isRefreshed: false,
            quirks: ServerQuirks {
                $0.statesLifetime = false
                $0.givesRefreshTokens = false
            }),
        PresetServer(preset: "fastmail"),
        PresetServer(
            preset: "yahoo", isConfidential: true, quirks: ServerQuirks { $0.authentication = .clientSecretBasic }),
    ]

    private static let identity = [
        PresetServer(preset: "keycloak", lines: "realm = \"https://sso.example/realms/staff\""),
        PresetServer(preset: "okta", lines: "domain = \"acme.okta.com\""),
        PresetServer(preset: "auth0", lines: "domain = \"acme.eu.auth0.com\""),
        PresetServer(
            preset: "microsoft",
            lines: "cloud = \"us-government\"\n"
                + #"scopes = ["https://graph.microsoft.us/User.Read", "openid", "offline_access"]"#,
            quirks: ServerQuirks { $0.scopeReply = .short }),
        PresetServer(
            preset: "microsoft-external-id",
            lines: "tenant = \"shop\"\nscopes = [\"openid\", \"offline_access\", \"api://shop/Orders.Read\"]",
            quirks: ServerQuirks { $0.scopeReply = .short }),
        PresetServer(
            preset: "microsoft-b2c",
            lines: "tenant = \"shop\"\npolicy = \"B2C_1_in\"\n"
                + #"scopes = ["openid", "offline_access", "https://shop.onmicrosoft.com/api/Orders.Read"]"#,
            quirks: ServerQuirks { $0.scopeReply = .short }),
    ]
}
