package import Accounts

extension Provider {
    package static let microsoft = Provider(
        name: "microsoft",
        summary: "Microsoft accounts: work, school and personal, in each of the clouds",
        issuer: "https://{cloud}/{tenant}/v2.0",
        authorizationEndpoint: "https://{cloud}/{tenant}/oauth2/v2.0/authorize",
        tokenEndpoint: "https://{cloud}/{tenant}/oauth2/v2.0/token",
        deviceAuthorizationEndpoint: "https://{cloud}/{tenant}/oauth2/v2.0/devicecode",
        placeholders: [.tenant, .cloud],
        scopes: ["openid", "profile", "offline_access"],
        redirectURI: "http://localhost",
        traits: MicrosoftIdentity.traits(issuerTemplate: "https://{cloud}/{tenantid}/v2.0"),
        unusedLimit: MicrosoftIdentity.unusedLimit,
        notes: [
            "Register http://localhost under \"Mobile and desktop applications\"; the port is ignored there.",
            "A scope list without offline_access yields no refresh token.",
            "The scopes for mail are https://outlook.office.com/IMAP.AccessAsUser.All, "
                + "https://outlook.office.com/POP.AccessAsUser.All and https://outlook.office.com/SMTP.Send.",
            "The flow client_credentials asks for one scope, such as https://graph.microsoft.com/.default.",
            "The provider has no revocation endpoint: a logout forgets the grant here only.",
        ],
        source: "https://learn.microsoft.com/en-us/entra/identity-platform/authentication-national-cloud",
        asOf: "2026-11"
    )

    package static let microsoftExternalID = Provider(
        name: "microsoft-external-id",
        summary: "Microsoft Entra External ID: customers of an application",
        issuer: "https://{tenant}.ciamlogin.com/{tenant}.onmicrosoft.com/v2.0",
        authorizationEndpoint: "https://{tenant}.ciamlogin.com/{tenant}.onmicrosoft.com/oauth2/v2.0/authorize",
        tokenEndpoint: "https://{tenant}.ciamlogin.com/{tenant}.onmicrosoft.com/oauth2/v2.0/token",
        deviceAuthorizationEndpoint: "https://{tenant}.ciamlogin.com/{tenant}.onmicrosoft.com/oauth2/v2.0/devicecode",
        metadataURL: "https://{tenant}.ciamlogin.com/{tenant}.onmicrosoft.com/v2.0/.well-known/openid-configuration",
        placeholders: [.customerTenant],
        scopes: ["openid", "profile", "offline_access"],
        redirectURI: "http://localhost",
        traits: MicrosoftIdentity.traits(
            issuerTemplate: "https://{tenantid}.ciamlogin.com/{tenantid}/v2.0", userChooses: false),
        unusedLimit: MicrosoftIdentity.unusedLimit,
        notes: [
            "Register http://localhost under \"Mobile and desktop applications\"; the port is ignored there.",
            "The tokens name the tenant by its id, not by the address of the sign-in page; issuer_template says how.",
            "The provider has no revocation endpoint: a logout forgets the grant here only.",
        ],
        source: "https://learn.microsoft.com/en-us/entra/external-id/customers/concept-supported-features-customers",
        asOf: "2026-11"
    )

    package static let microsoftB2C = Provider(
        name: "microsoft-b2c",
        summary: "Azure AD B2C: customers of an application, by a user flow",
        issuer: "https://{tenant}.b2clogin.com/{tenant}.onmicrosoft.com/{policy}/v2.0",
        authorizationEndpoint:
            "https://{tenant}.b2clogin.com/{tenant}.onmicrosoft.com/{policy}/oauth2/v2.0/authorize",
        tokenEndpoint: "https://{tenant}.b2clogin.com/{tenant}.onmicrosoft.com/{policy}/oauth2/v2.0/token",
        metadataURL:
            "https://{tenant}.b2clogin.com/{tenant}.onmicrosoft.com/{policy}/v2.0/.well-known/openid-configuration",
        placeholders: [
            .customerTenant,
            Placeholder("policy", hint: "it is the name of the user flow, such as B2C_1_sign_in"),
        ],
        scopes: ["openid", "offline_access"],
        redirectURI: "http://localhost",
        traits: MicrosoftIdentity.traits(
            issuerTemplate: "https://{tenant}.b2clogin.com/{tenantid}/v2.0/", userChooses: false),
        notes: [
            "Register http://localhost under \"Mobile and desktop applications\"; the port is ignored there.",
            "An access token is given for scopes of your own API only: https://TENANT.onmicrosoft.com/API/SCOPE, or the "
                + "client id itself.",
            "A user flow whose issuer holds the policy's name needs issuer_template: "
                + "https://TENANT.b2clogin.com/tfp/{tenantid}/POLICY/v2.0/.",
            "The provider has no revocation endpoint: a logout forgets the grant here only.",
        ],
        source: "https://learn.microsoft.com/en-us/azure/active-directory-b2c/openid-connect",
        asOf: "2026-11"
    )
}

extension Placeholder {
    package static let tenant = Placeholder(
        "tenant", usual: "common", hint: "it is common, organizations, consumers, a domain or an id")

    static let customerTenant = Placeholder(
        "tenant", hint: "it is the part before .onmicrosoft.com in the tenant's first domain")

    static let cloud = Placeholder(
        "cloud",
        .choice([
            Choice("public", "login.microsoftonline.com"), Choice("us-government", "login.microsoftonline.us"),
            Choice("china", "login.partner.microsoftonline.cn"),
        ]), usual: "public", hint: "it is public, us-government or china")
}
