import OAuth
import Text

/// Presets of business services, with the quirks that their documentation states.
extension Provider {
    static let work = [
        salesforce, slack, dropbox, box, zoho, atlassian, notion, quickBooks, linkedIn, gitHubApp,
    ]

    static let salesforce = Provider(
        name: "salesforce",
        summary: "Salesforce; instance names a sandbox or a domain of your own",
        authorizationEndpoint: "https://{instance}/services/oauth2/authorize",
        tokenEndpoint: "https://{instance}/services/oauth2/token",
        revocationEndpoint: "https://{instance}/services/oauth2/revoke",
        placeholders: [
            Placeholder(
                "instance", .host, usual: "login.salesforce.com",
                hint: "it is login.salesforce.com, test.salesforce.com or your own domain at my.salesforce.com")
        ],
        scopes: ["api", "refresh_token"],
        redirectURI: fixedRedirect,
        traits: ServerTraits {
            $0.sendsScopeOnRefresh = false
            // No reply states the session's lifetime. It is set by the organization, and 15 minutes is the minimum.
            $0.replies.tokenLifetime = .limited(.seconds(900))
            $0.assertionClaims = [FormField("aud", "https://login.salesforce.com")]
        },
        notes: [
            "Register the callback URL \(fixedRedirect); it is matched as it stands.",
            "The address of the API is instance_url of the reply.",
            "A session lasts as long as the organization has set: state token_lifetime where that is more than 15 minutes.",
            "The flow jwt_bearer needs client_key and assertion_claims = { sub = \"the user's name\" }; a sandbox also aud = "
                + "\"https://test.salesforce.com\".",
        ],
        source: "https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_flows.htm", asOf: "2026-11"
    )

    static let slack = Provider(
        name: "slack",
        summary: "Slack, with a token of the user",
        authorizationEndpoint: "https://slack.com/oauth/v2/authorize",
        tokenEndpoint: "https://slack.com/api/oauth.v2.access",
        scopes: ["users:read"],
        redirectURI: fixedRedirect,
        traits: ServerTraits {
            $0.scopeParameter = "user_scope"
            $0.scopeSeparator = .comma
            $0.sendsScopeOnRefresh = false
            $0.tokensPath = ["authed_user"]
            $0.replies.takesAnyType = true
            $0.replies.tokenLifetime = .unlimited
        },
        notes: [
            "Turn PKCE on in the app's settings and register \(fixedRedirect): then no secret is needed, and a refresh "
                + "token ends after 30 days.",
            "Without token rotation the access token has no end.",
            "For a bot's token state scope_parameter = \"scope\", token_member = false and a redirect_uri with https.",
            "The provider has no standard revocation endpoint: a logout forgets the grant here only.",
        ],
        source: "https://docs.slack.dev/authentication/using-pkce", asOf: "2026-11"
    )

    static let dropbox = Provider(
        name: "dropbox",
        summary: "Dropbox",
        authorizationEndpoint: "https://www.dropbox.com/oauth2/authorize",
        tokenEndpoint: "https://api.dropboxapi.com/oauth2/token",
        scopes: ["account_info.read"],
        redirectURI: fixedRedirect,
        traits: ServerTraits {
            $0.authorizationParameters = [FormField("token_access_type", "offline")]
            $0.sendsScopeOnRefresh = false
        },
        notes: [
            "Register the redirect URI \(fixedRedirect); it is matched as it stands.",
            "Tick each scope under Permissions first; one that isn't ticked can't be asked for.",
            "The provider has no standard revocation endpoint: a logout forgets the grant here only.",
        ],
        source: "https://www.dropbox.com/developers/documentation/http/documentation", asOf: "2026-11"
    )

    static let box = Provider(
        name: "box",
        summary: "Box",
        authorizationEndpoint: "https://account.box.com/api/oauth2/authorize",
        tokenEndpoint: "https://api.box.com/oauth2/token",
        revocationEndpoint: "https://api.box.com/oauth2/revoke",
        scopes: ["root_readwrite"],
        redirectURI: fixedRedirect,
        needsClientSecret: true,
        traits: ServerTraits { $0.sendsScopeOnRefresh = false },
        unusedLimit: .seconds(60 * 86_400),
        notes: [
            "Register the redirect URI \(fixedRedirect); it is matched as it stands.",
            "A refresh token is for one use, and ends after 60 days without one.",
        ],
        source: "https://developer.box.com/guides/authentication/tokens/refresh/", asOf: "2026-11"
    )

    static let zoho = Provider(
        name: "zoho",
        summary: "Zoho; region names the data center of the account",
        authorizationEndpoint: "https://accounts.{region}/oauth/v2/auth",
        tokenEndpoint: "https://accounts.{region}/oauth/v2/token",
        revocationEndpoint: "https://accounts.{region}/oauth/v2/token/revoke",
        placeholders: [
            Placeholder(
                "region",
                .choice([
                    .init("us", "zoho.com"), .init("eu", "zoho.eu"), .init("in", "zoho.in"), .init("au", "zoho.com.au"),
                    .init("jp", "zoho.jp"), .init("ca", "zohocloud.ca"), .init("sa", "zoho.sa"), .init("uk", "zoho.uk"),
                    .init("cn", "zoho.com.cn"),
                ]), hint: "it is us, eu, in, au, jp, ca, sa, uk or cn: where the account was made")
        ],
        scopes: ["AaaServer.profile.Read"],
        redirectURI: fixedRedirect,
        needsClientSecret: true,
        traits: ServerTraits {
            $0.authorizationParameters = [FormField("access_type", "offline"), FormField("prompt", "consent")]
            $0.scopeSeparator = .comma
            $0.sendsScopeOnRefresh = false
        },
        notes: [
            "Register a server-based application with the redirect URI \(fixedRedirect).",
            "The address of the API is api_domain of the reply; requests carry \"Authorization: Zoho-oauthtoken TOKEN\".",
            "A user has 20 refresh tokens of an application at most; a further one ends the oldest.",
        ],
        source: "https://www.zoho.com/accounts/protocol/oauth/multi-dc.html", asOf: "2026-11"
    )

    static let atlassian = Provider(
        name: "atlassian",
        summary: "Atlassian Cloud: Jira, Confluence and the others",
        authorizationEndpoint: "https://auth.atlassian.com/authorize",
        tokenEndpoint: "https://auth.atlassian.com/oauth/token",
        scopes: ["read:me", "offline_access"],
        redirectURI: fixedRedirect,
        needsClientSecret: true,
        traits: ServerTraits {
            $0.authorizationParameters = [FormField("audience", "api.atlassian.com"), FormField("prompt", "consent")]
            $0.bodyFormat = .json
            $0.sendsScopeOnRefresh = false
        },
        unusedLimit: .seconds(90 * 86_400),
        notes: [
            "Register the callback URL \(fixedRedirect); an app has one only.",
            "A scope list without offline_access yields no refresh token; a refresh token is for one use.",
            "The API is at https://api.atlassian.com/ex/PRODUCT/CLOUDID, not at your site's address.",
            "The provider has no revocation endpoint: a logout forgets the grant here only.",
        ],
        source: "https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/", asOf: "2026-11"
    )

    static let notion = Provider(
        name: "notion",
        summary: "Notion, with a public connection",
        authorizationEndpoint: "https://api.notion.com/v1/oauth/authorize",
        tokenEndpoint: "https://api.notion.com/v1/oauth/token",
        redirectURI: fixedRedirect,
        needsClientSecret: true,
        secretMethod: .clientSecretBasic,
        traits: ServerTraits {
            $0.authorizationParameters = [FormField("owner", "user")]
            $0.bodyFormat = .json
            // The server rejects request members that it doesn't know, and `code_verifier` is one.
            $0.usesPKCE = false
            $0.replies.tokenLifetime = .unlimited
        },
        notes: [
            "Register the redirect URI \(fixedRedirect).",
            "There are no scopes: what the connection may do is set where it is registered, and the user picks the pages.",
            "A reply states no lifetime, but has a refresh token for one use: if a token is refused, run valetkey refresh.",
            "The provider has no standard revocation endpoint: a logout forgets the grant here only.",
        ],
        source: "https://developers.notion.com/reference/create-a-token", asOf: "2026-11"
    )

    static let quickBooks = Provider(
        name: "quickbooks",
        summary: "QuickBooks Online (Intuit)",
        authorizationEndpoint: "https://appcenter.intuit.com/connect/oauth2",
        tokenEndpoint: "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer",
        scopes: ["com.intuit.quickbooks.accounting"],
        redirectURI: fixedRedirect,
        needsClientSecret: true,
        secretMethod: .clientSecretBasic,
        traits: ServerTraits { $0.sendsScopeOnRefresh = false },
        unusedLimit: .seconds(100 * 86_400),
        notes: [
            "Register the redirect URI \(fixedRedirect); production keys want one with https: then log in with --paste.",
            "The company is realmId of the redirect.",
            "A refresh token ends after 100 days without use, and five years after the consent.",
            "The provider has no standard revocation endpoint: a logout forgets the grant here only.",
        ],
        source:
            "https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0",
        asOf: "2026-11"
    )

    static let linkedIn = Provider(
        name: "linkedin",
        summary: "LinkedIn, with a web client",
        authorizationEndpoint: "https://www.linkedin.com/oauth/v2/authorization",
        tokenEndpoint: "https://www.linkedin.com/oauth/v2/accessToken",
        revocationEndpoint: "https://www.linkedin.com/oauth/v2/revoke",
        scopes: ["w_member_social"],
        redirectURI: fixedRedirect,
        needsClientSecret: true,
        traits: ServerTraits {
            // The server refuses a `code_verifier` from a web client.
            $0.usesPKCE = false
            $0.sendsScopeOnRefresh = false
        },
        notes: [
            "Register the redirect URL \(fixedRedirect).",
            "An access token lasts for 60 days; a refresh token is given to approved partners only.",
            "A native client has PKCE and an authorization endpoint of its own, once LinkedIn has enabled it: state "
                + "authorization_endpoint = \"https://www.linkedin.com/oauth/native-pkce/authorization\", "
                + "redirect_uri = \"http://127.0.0.1/\" and pkce = true.",
        ],
        source: "https://developer.linkedin.com/docs/oauth2", asOf: "2026-11"
    )

    static let gitHubApp = Provider(
        name: "github-app",
        summary: "GitHub Apps on behalf of a user",
        authorizationEndpoint: "https://github.com/login/oauth/authorize",
        tokenEndpoint: "https://github.com/login/oauth/access_token",
        deviceAuthorizationEndpoint: "https://github.com/login/device/code",
        redirectURI: "http://127.0.0.1/",
        needsClientSecret: true,
        traits: ServerTraits { $0.sendsScopeOnRefresh = false },
        unusedLimit: .seconds(15_897_600),
        notes: [
            "Register the callback URL http://127.0.0.1/; the port of a loopback URL may differ, the path may not.",
            "There are no scopes: the app's permissions are those of its registration.",
            "A token lasts for 8 hours and its refresh token for 6 months, unless the app has opted out of expiry.",
            "The provider has no standard revocation endpoint: a logout forgets the grant here only.",
        ],
        source: "https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/"
            + "refreshing-user-access-tokens", asOf: "2026-11"
    )

    /// For servers that compare the redirect URI exactly, so that its port must be registered too.
    static let fixedRedirect = "http://localhost:17171/"
}
