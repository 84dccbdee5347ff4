import Text

/// Presets of identity servers that an organization runs itself or rents.
extension Provider {
    static let identity = [keycloak, okta, auth0]

    static let keycloak = Provider(
        name: "keycloak",
        summary: "Keycloak; realm is the realm's URL",
        issuer: "{realm}",
        authorizationEndpoint: "{realm}/protocol/openid-connect/auth",
        tokenEndpoint: "{realm}/protocol/openid-connect/token",
        revocationEndpoint: "{realm}/protocol/openid-connect/revoke",
        deviceAuthorizationEndpoint: "{realm}/protocol/openid-connect/auth/device",
        placeholders: [Placeholder("realm", .url, hint: "it is a URL such as https://sso.example/realms/staff")],
        scopes: ["openid", "offline_access"],
        redirectURI: "http://127.0.0.1/",
        notes: [
            "Register http://127.0.0.1/* as a valid redirect URI of a public client.",
            "With offline_access the grant outlives the user's session; the user needs the role offline_access.",
        ],
        source: "https://www.keycloak.org/securing-apps/oidc-layers", asOf: "2026-11"
    )

    static let okta = Provider(
        name: "okta",
        summary: "Okta, the authorization server \"default\"; domain is the organization's",
        issuer: "https://{domain}/oauth2/default",
        authorizationEndpoint: "https://{domain}/oauth2/default/v1/authorize",
        tokenEndpoint: "https://{domain}/oauth2/default/v1/token",
        revocationEndpoint: "https://{domain}/oauth2/default/v1/revoke",
        deviceAuthorizationEndpoint: "https://{domain}/oauth2/default/v1/device/authorize",
        placeholders: [Placeholder("domain", .host, hint: "it is the organization's host, such as acme.okta.com")],
        scopes: ["openid", "offline_access"],
        redirectURI: fixedRedirect,
        notes: [
            "Register a native application with the sign-in redirect URI \(fixedRedirect) and the grant Refresh Token.",
            "For another authorization server leave the preset out and state its issuer.",
        ],
        source: "https://developer.okta.com/docs/reference/api/oidc/", asOf: "2026-11"
    )

    static let auth0 = Provider(
        name: "auth0",
        summary: "Auth0; domain is the tenant's",
        issuer: "https://{domain}/",
        authorizationEndpoint: "https://{domain}/authorize",
        tokenEndpoint: "https://{domain}/oauth/token",
        revocationEndpoint: "https://{domain}/oauth/revoke",
        deviceAuthorizationEndpoint: "https://{domain}/oauth/device/code",
        placeholders: [Placeholder("domain", .host, hint: "it is the tenant's host, such as acme.eu.auth0.com")],
        scopes: ["openid", "offline_access"],
        redirectURI: fixedRedirect,
        notes: [
            "Register a native application with the callback URL \(fixedRedirect).",
            "A token for an API of yours needs authorization_parameters = { audience = \"the API's identifier\" }, and "
                + "offline access allowed in the API's settings.",
        ],
        source: "https://auth0.com/docs/api/authentication", asOf: "2026-11"
    )
}
