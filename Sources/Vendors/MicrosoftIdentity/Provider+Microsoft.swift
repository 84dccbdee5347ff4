package import Accounts

extension Provider {
    package static let microsoft = Provider(
        name: "microsoft",
        summary: "Microsoft accounts: work, school and personal",
        issuer: "https://login.microsoftonline.com/{tenant}/v2.0",
        issuerTemplate: "https://login.microsoftonline.com/{tenantid}/v2.0",
        authorizationEndpoint: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/authorize",
        tokenEndpoint: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
        deviceAuthorizationEndpoint: "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/devicecode",
        scopes: ["openid", "profile", "offline_access"],
        redirectURI: "http://localhost",
        defaultTenant: "common",
        unusedLimit: MicrosoftIdentity.unusedLimit,
        notes: [
            "Register http://localhost under \"Mobile and desktop applications\"; the port is ignored there.",
            "A scope list without offline_access yields no refresh token.",
            "The scopes for mail are https://outlook.office.com/IMAP.AccessAsUser.All, "
                + "https://outlook.office.com/POP.AccessAsUser.All and https://outlook.office.com/SMTP.Send.",
            "The provider has no revocation endpoint: a logout forgets the grant here alone.",
        ]
    )
}
