import Text

/// Presets of authorization servers that need nothing beyond what a preset can express.
extension Provider {
    package static let general = [google, gitHub, gitLab] + work + personal + identity

    package static let google = Provider(
        name: "google",
        summary: "Google accounts: mail, calendar, drive and the other Google APIs",
        issuer: "https://accounts.google.com",
        authorizationEndpoint: "https://accounts.google.com/o/oauth2/v2/auth",
        tokenEndpoint: "https://oauth2.googleapis.com/token",
        revocationEndpoint: "https://oauth2.googleapis.com/revoke",
        deviceAuthorizationEndpoint: "https://oauth2.googleapis.com/device/code",
        scopes: ["openid", "email"],
        redirectURI: "http://127.0.0.1/",
        needsClientSecret: true,
        traits: ServerTraits {
            $0.authorizationParameters = [FormField("access_type", "offline"), FormField("prompt", "consent")]
        },
        notes: [
            "Register a client of the type \"Desktop app\"; no redirect URI is registered for it, any loopback port works.",
            "The secret of a desktop client is sent, although Google doesn't take it for one.",
            "While the project's publishing status is \"Testing\", a consent lasts for 7 days.",
            "The scope for IMAP and SMTP is https://mail.google.com/.",
        ],
        source: "https://developers.google.com/identity/protocols/oauth2/native-app", asOf: "2026-11"
    )

    package static let gitHub = Provider(
        name: "github",
        summary: "GitHub: OAuth apps, and GitHub Apps on behalf of a user",
        authorizationEndpoint: "https://github.com/login/oauth/authorize",
        tokenEndpoint: "https://github.com/login/oauth/access_token",
        deviceAuthorizationEndpoint: "https://github.com/login/device/code",
        scopes: ["read:user", "offline_access"],
        redirectURI: "http://127.0.0.1/",
        needsClientSecret: true,
        notes: [
            "Register the callback URL http://127.0.0.1/; the port of a loopback URL may differ, the path may not.",
            "The scope offline_access asks for a token of 8 hours and a refresh token; "
                + "without it the token of an OAuth app has no end.",
            "A GitHub App takes its permissions from its registration and ignores scopes.",
            "The provider has no standard revocation endpoint: a logout forgets the grant here only.",
        ],
        source: "https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps", asOf: "2026-11"
    )

    package static let gitLab = Provider(
        name: "gitlab",
        summary: "gitlab.com; state the endpoints too for a GitLab of your own",
        issuer: "https://gitlab.com",
        authorizationEndpoint: "https://gitlab.com/oauth/authorize",
        tokenEndpoint: "https://gitlab.com/oauth/token",
        revocationEndpoint: "https://gitlab.com/oauth/revoke",
        deviceAuthorizationEndpoint: "https://gitlab.com/oauth/authorize_device",
        scopes: ["read_user"],
        redirectURI: "http://127.0.0.1:17171/",
        notes: [
            "Register the redirect URI http://127.0.0.1:17171/; it is matched as it stands.",
            "Leave \"Confidential\" unticked for a client without a secret.",
            "Each refresh ends the access token before it: let one agent hold the grant.",
        ],
        source: "https://docs.gitlab.com/api/oauth2/", asOf: "2026-11"
    )
}
