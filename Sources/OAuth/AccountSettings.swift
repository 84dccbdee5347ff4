/// One client at one authorization server, as the configuration states it with the preset filled in.
package struct AccountSettings: Sendable, Hashable {
    package var name: String
    /// The name of the preset, where there is one.
    package var provider: String?
    package var issuer: String?
    package var client: Client
    package var endpoints: Endpoints
    /// What a consent asks for.
    package var scope: Scope
    package var redirectURI: RedirectURI
    /// Added to the authorization request; no protocol parameter among them.
    package var authorizationParameters: [FormField]
    /// Added to each token request; no protocol parameter among them.
    package var tokenParameters: [FormField]
    /// Absolute URIs without fragment (RFC 8707 section 2).
    package var resource: [String]
    /// How long before its expiry an access token is renewed; nil leaves that to the schedule.
    package var refreshBeforeExpiry: Duration?
    /// What the Microsoft Advertising API asks for beside the access token.
    package var developerToken: SecretSource?

    package init(
        name: String, provider: String? = nil, issuer: String? = nil, client: Client, endpoints: Endpoints,
        scope: Scope = Scope([]), redirectURI: RedirectURI, authorizationParameters: [FormField] = [],
        tokenParameters: [FormField] = [], resource: [String] = [], refreshBeforeExpiry: Duration? = nil,
        developerToken: SecretSource? = nil
    ) {
        self.name = name
        self.provider = provider
        self.issuer = issuer
        self.client = client
        self.endpoints = endpoints
        self.scope = scope
        self.redirectURI = redirectURI
        self.authorizationParameters = authorizationParameters
        self.tokenParameters = tokenParameters
        self.resource = resource
        self.refreshBeforeExpiry = refreshBeforeExpiry
        self.developerToken = developerToken
    }
}

/// How the client is known to the authorization server (RFC 6749 section 2).
package struct Client: Sendable, Hashable {
    package var id: String
    package var secret: SecretSource?
    package var authentication: ClientAuthentication

    package init(id: String, secret: SecretSource? = nil, authentication: ClientAuthentication = .none) {
        self.id = id
        self.secret = secret
        self.authentication = authentication
    }
}

/// The names of RFC 7591 section 2, as metadata and configuration write them.
package enum ClientAuthentication: String, Sendable, Hashable, CaseIterable {
    case none
    case clientSecretBasic = "client_secret_basic"
    case clientSecretPost = "client_secret_post"
}

/// Where the authorization server is asked what.
package struct Endpoints: Sendable, Hashable {
    package var authorization: EndpointURL
    package var token: EndpointURL
    package var revocation: EndpointURL?
    package var deviceAuthorization: EndpointURL?

    package init(
        authorization: EndpointURL, token: EndpointURL, revocation: EndpointURL? = nil,
        deviceAuthorization: EndpointURL? = nil
    ) {
        self.authorization = authorization
        self.token = token
        self.revocation = revocation
        self.deviceAuthorization = deviceAuthorization
    }
}
