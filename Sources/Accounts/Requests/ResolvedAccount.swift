package import OAuth

/// An account's settings with what its authorization server says of itself: ready for requests.
package struct ResolvedAccount: Sendable, Hashable {
    /// With all endpoints that are known.
    package let settings: AccountSettings
    package let tokenEndpoint: EndpointURL
    package let authentication: ClientAuthentication
    /// Whether a response without `iss` is refused (RFC 9207 section 2.4).
    package let promisesIssuer: Bool
    /// Whether the authorization request is pushed (RFC 9126).
    package let pushesRequest: Bool
    /// Where the keys for its id_tokens are.
    package let keys: EndpointURL?
    /// What is wanted of one consent; it goes before what the settings say.
    package var demands = ConsentDemands()

    /// nil where neither the settings nor the metadata name a token endpoint. What the settings state goes first.
    package init?(_ settings: AccountSettings, metadata: ServerMetadata? = nil) {
        var settings = settings
        authentication = settings.client.method(among: metadata?.authenticationMethods)
        if let metadata {
            if authentication.usesCertificate {
                settings.endpoints = settings.endpoints.completed(by: metadata.certificateEndpoints)
            }
            settings.endpoints = settings.endpoints.completed(by: metadata.endpoints)
        }
        guard let token = settings.endpoints.token else { return nil }
        tokenEndpoint = token
        promisesIssuer = metadata?.promisesIssuer ?? false
        pushesRequest = settings.pushesRequest || metadata?.requiresPushedRequests == true
        keys = metadata?.keys
        self.settings = settings
    }
}

extension AccountSettings {
    /// Who must have sent what arrives; nil where neither the configuration nor the preset names an issuer.
    package var expectedIssuer: Issuer? { self.issuer.map { Issuer($0, template: self.traits.issuerTemplate) } }

    /// By what requests to one server are counted.
    package var serverName: String { self.endpoints.token?.host ?? self.issuer ?? name }
}
