/// One client at one authorization server, as the configuration states it with the preset filled in.
package struct AccountSettings: Sendable, Hashable {
    package var name: String
    /// The name of the preset, where there is one.
    package var provider: String?
    package var issuer: String?
    /// What the metadata and the tokens of `issuer` may call it instead, with `{tenantid}` for any tenant: a fact of
    /// the preset, not of the configuration.
    package var issuerTemplate: String?
    package var client: Client
    package var flow: GrantFlow
    /// What is stated; the rest comes from the issuer's metadata.
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
    /// Whether the parameters are pushed even where the server doesn't require it (RFC 9126).
    package var pushesRequest: Bool
    /// Whether tokens are bound to a key of the grant (RFC 9449).
    package var provesPossession: Bool
    /// How long before its expiry an access token is renewed; nil leaves that to the schedule.
    package var refreshBeforeExpiry: Duration?
    /// What the Microsoft Advertising API asks for beside the access token.
    package var developerToken: SecretSource?

    package init(
        name: String, provider: String? = nil, issuer: String? = nil, issuerTemplate: String? = nil, client: Client,
        flow: GrantFlow = .code, endpoints: Endpoints = Endpoints(), scope: Scope = Scope([]),
        redirectURI: RedirectURI, authorizationParameters: [FormField] = [], tokenParameters: [FormField] = [],
        resource: [String] = [], pushesRequest: Bool = false, provesPossession: Bool = false,
        refreshBeforeExpiry: Duration? = nil, developerToken: SecretSource? = nil
    ) {
        self.name = name
        self.provider = provider
        self.issuer = issuer
        self.issuerTemplate = issuerTemplate
        self.client = client
        self.flow = flow
        self.endpoints = endpoints
        self.scope = scope
        self.redirectURI = redirectURI
        self.authorizationParameters = authorizationParameters
        self.tokenParameters = tokenParameters
        self.resource = resource
        self.pushesRequest = pushesRequest
        self.provesPossession = provesPossession
        self.refreshBeforeExpiry = refreshBeforeExpiry
        self.developerToken = developerToken
    }
}

/// How a grant comes about.
package enum GrantFlow: String, Sendable, Hashable, CaseIterable {
    /// RFC 6749 section 4.1.
    case code
    /// RFC 8628.
    case device
    /// RFC 6749 section 4.4: the client acts for itself, and nobody consents.
    case clientCredentials = "client_credentials"
}

/// Where the authorization server is asked what; nil where that isn't known.
package struct Endpoints: Sendable, Hashable {
    package var authorization: EndpointURL?
    package var token: EndpointURL?
    package var revocation: EndpointURL?
    package var deviceAuthorization: EndpointURL?
    package var pushedAuthorization: EndpointURL?

    package init(
        authorization: EndpointURL? = nil, token: EndpointURL? = nil, revocation: EndpointURL? = nil,
        deviceAuthorization: EndpointURL? = nil, pushedAuthorization: EndpointURL? = nil
    ) {
        self.authorization = authorization
        self.token = token
        self.revocation = revocation
        self.deviceAuthorization = deviceAuthorization
        self.pushedAuthorization = pushedAuthorization
    }

    /// These, and what `other` knows beyond them.
    package func completed(by other: Endpoints) -> Endpoints {
        Endpoints(
            authorization: authorization ?? other.authorization, token: token ?? other.token,
            revocation: revocation ?? other.revocation,
            deviceAuthorization: deviceAuthorization ?? other.deviceAuthorization,
            pushedAuthorization: pushedAuthorization ?? other.pushedAuthorization)
    }
}
