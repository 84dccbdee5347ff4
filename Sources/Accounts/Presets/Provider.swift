package import Text

/// A preset: what is publicly known of one authorization server. Data, not code.
package struct Provider: Sendable, Hashable {
    package var name: String
    /// A line for people.
    package var summary: String
    /// With `{tenant}` where the configuration's `tenant` goes, as in the endpoints.
    package var issuer: String?
    /// What the server calls itself in its metadata and tokens instead, with `{tenantid}` for any tenant.
    package var issuerTemplate: String?
    /// As text, with `{tenant}` where the configuration's `tenant` goes.
    package var authorizationEndpoint: String
    package var tokenEndpoint: String
    package var revocationEndpoint: String?
    package var deviceAuthorizationEndpoint: String?
    /// What is asked for where the configuration names no scopes.
    package var scopes: [String]
    /// The form that the provider registers for native clients.
    package var redirectURI: String
    package var authorizationParameters: [FormField]
    package var defaultTenant: String?
    package var needsClientSecret: Bool
    /// How long the provider promises to keep a refresh token that isn't used; nil where it promises nothing.
    package var unusedLimit: Duration?
    /// The preset to use instead, where the provider has switched this one off.
    package var successor: String?
    /// What a user must know, a sentence each.
    package var notes: [String]

    package init(
        name: String, summary: String, issuer: String? = nil, issuerTemplate: String? = nil,
        authorizationEndpoint: String, tokenEndpoint: String, revocationEndpoint: String? = nil,
        deviceAuthorizationEndpoint: String? = nil, scopes: [String] = [], redirectURI: String,
        authorizationParameters: [FormField] = [], defaultTenant: String? = nil,
        needsClientSecret: Bool = false, unusedLimit: Duration? = nil, successor: String? = nil, notes: [String] = []
    ) {
        self.name = name
        self.summary = summary
        self.issuer = issuer
        self.issuerTemplate = issuerTemplate
        self.authorizationEndpoint = authorizationEndpoint
        self.tokenEndpoint = tokenEndpoint
        self.revocationEndpoint = revocationEndpoint
        self.deviceAuthorizationEndpoint = deviceAuthorizationEndpoint
        self.scopes = scopes
        self.redirectURI = redirectURI
        self.authorizationParameters = authorizationParameters
        self.defaultTenant = defaultTenant
        self.needsClientSecret = needsClientSecret
        self.unusedLimit = unusedLimit
        self.successor = successor
        self.notes = notes
    }
}
