import OAuth
import Text

/// Presets of services for people.
extension Provider {
    static let personal = [spotify, strava, twitch, reddit, mastodon, fastmail, yahoo]

    static let spotify = Provider(
        name: "spotify",
        summary: "Spotify",
        authorizationEndpoint: "https://accounts.spotify.com/authorize",
        tokenEndpoint: "https://accounts.spotify.com/api/token",
        scopes: ["user-read-private"],
        redirectURI: "http://127.0.0.1/",
        secretMethod: .clientSecretBasic,
        traits: ServerTraits { $0.sendsScopeOnRefresh = false },
        notes: [
            "Register the redirect URI http://127.0.0.1/ (localhost isn't taken); the port may differ.",
            "A client needs no secret.",
            "The provider has no revocation endpoint: a logout forgets the grant here only.",
        ],
        source: "https://developer.spotify.com/documentation/web-api/tutorials/code-pkce-flow", asOf: "2026-11"
    )

    static let strava = Provider(
        name: "strava",
        summary: "Strava",
        authorizationEndpoint: "https://www.strava.com/oauth/authorize",
        tokenEndpoint: "https://www.strava.com/oauth/token",
        scopes: ["read"],
        redirectURI: "http://127.0.0.1/",
        needsClientSecret: true,
        traits: ServerTraits {
            $0.scopeSeparator = .comma
            $0.sendsScopeOnRefresh = false
        },
        notes: [
            "127.0.0.1 and localhost are taken as callback domains without registration.",
            "The user may untick scopes on the page of the consent.",
            "The provider has no standard revocation endpoint: a logout forgets the grant here only.",
        ],
        source: "https://developers.strava.com/docs/authentication/", asOf: "2026-11"
    )

    static let twitch = Provider(
        name: "twitch",
        summary: "Twitch",
        authorizationEndpoint: "https://id.twitch.tv/oauth2/authorize",
        tokenEndpoint: "https://id.twitch.tv/oauth2/token",
        revocationEndpoint: "https://id.twitch.tv/oauth2/revoke",
        scopes: ["user:read:email"],
        redirectURI: fixedRedirect,
        needsClientSecret: true,
        traits: ServerTraits { $0.sendsScopeOnRefresh = false },
        notes: [
            "Register the redirect URL \(fixedRedirect); it is matched as it stands.",
            "Requests to the API carry the header Client-Id beside the token.",
            "A change of the user's password ends the refresh token.",
        ],
        source: "https://dev.twitch.tv/docs/authentication/refresh-tokens/", asOf: "2026-11"
    )

    static let reddit = Provider(
        name: "reddit",
        summary: "Reddit, with an installed app",
        authorizationEndpoint: "https://www.reddit.com/api/v1/authorize",
        tokenEndpoint: "https://www.reddit.com/api/v1/access_token",
        revocationEndpoint: "https://www.reddit.com/api/v1/revoke_token",
        scopes: ["identity"],
        redirectURI: fixedRedirect,
        secretMethod: .clientSecretBasic,
        traits: ServerTraits {
            $0.authorizationParameters = [FormField("duration", "permanent")]
            $0.sendsEmptySecret = true
            $0.sendsScopeOnRefresh = false
            $0.requestHeaders = [FormField("User-Agent", "linux:valetkey:1 (OAuth token daemon)")]
        },
        notes: [
            "Register an installed app with the redirect URI \(fixedRedirect); it has no secret.",
            "Reddit slows down programs without a name of their own: request_headers = { User-Agent = "
                + "\"linux:NAME:VERSION (by /u/YOU)\" } gives yours.",
        ],
        source: "https://github.com/reddit-archive/reddit/wiki/OAuth2", asOf: "2026-11"
    )

    static let mastodon = Provider(
        name: "mastodon",
        summary: "Mastodon; instance names the server",
        authorizationEndpoint: "https://{instance}/oauth/authorize",
        tokenEndpoint: "https://{instance}/oauth/token",
        revocationEndpoint: "https://{instance}/oauth/revoke",
        placeholders: [Placeholder("instance", .host, hint: "it is the server's host, such as mastodon.social")],
        scopes: ["read"],
        redirectURI: fixedRedirect,
        needsClientSecret: true,
        traits: ServerTraits { $0.replies.tokenLifetime = .unlimited },
        notes: [
            "Register the redirect URI \(fixedRedirect) under Preferences, Development; it is matched as it stands.",
            "The scopes of a consent are of those that the application was registered with.",
            "An access token has no end, and there is no refresh token.",
        ],
        source: "https://docs.joinmastodon.org/methods/oauth/", asOf: "2026-11"
    )

    static let fastmail = Provider(
        name: "fastmail",
        summary: "Fastmail: mail over IMAP, POP and SMTP, contacts, calendars",
        issuer: "https://api.fastmail.com",
        authorizationEndpoint: "https://api.fastmail.com/oauth/authorize",
        tokenEndpoint: "https://api.fastmail.com/oauth/refresh",
        scopes: ["https://www.fastmail.com/dev/protocol-imap", "https://www.fastmail.com/dev/protocol-smtp"],
        redirectURI: "http://127.0.0.1/",
        notes: [
            "Fastmail registers clients by hand, or by a request to https://api.fastmail.com/oauth/register.",
            "The scopes for the other protocols end in protocol-pop, protocol-carddav and protocol-caldav.",
            "A logout forgets the grant here only; the user's settings list the applications that are connected.",
        ],
        source: "https://www.fastmail.com/developer/oauth/", asOf: "2026-11"
    )

    static let yahoo = Provider(
        name: "yahoo",
        summary: "Yahoo: mail and the user's profile",
        issuer: "https://api.login.yahoo.com",
        authorizationEndpoint: "https://api.login.yahoo.com/oauth2/request_auth",
        tokenEndpoint: "https://api.login.yahoo.com/oauth2/get_token",
        revocationEndpoint: "https://api.login.yahoo.com/oauth2/revoke",
        scopes: ["mail-r"],
        redirectURI: "https://localhost:17171/",
        needsClientSecret: true,
        secretMethod: .clientSecretBasic,
        traits: ServerTraits { $0.sendsScopeOnRefresh = false },
        notes: [
            "A redirect URI must be https: register https://localhost:17171/ and log in with --paste.",
            "The scope mail-r reads mail, mail-w also writes; Yahoo grants them to approved applications only.",
        ],
        source: "https://developer.yahoo.com/oauth2/guide/flows_authcode/", asOf: "2026-11"
    )
}
