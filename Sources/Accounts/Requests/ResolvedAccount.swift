package import OAuth

/// An account's settings completed with its authorization server's metadata, ready for making requests.
package struct ResolvedAccount: Sendable, Hashable {
    /// The settings with all endpoints that are known.
    package let settings: AccountSettings
    package let tokenEndpoint: EndpointURL
    package let authentication: ClientAuthentication
    /// Whether a response without `iss` is refused (RFC 9207 section 2.4).
    package let promisesIssuer: Bool
    /// Whether the authorization request is pushed (RFC 9126).
    package let pushesRequest: Bool
    /// The URL of the keys that verify the server's id_tokens.
    package let keys: EndpointURL?
    /// Requirements of one consent; they take precedence over the settings.
    package var demands = ConsentDemands()

    /// Returns nil if neither the settings nor the metadata name a token endpoint. The settings take precedence.
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
    /// The issuer that responses and id_tokens must name; nil if neither the configuration nor the preset names one.
    package var expectedIssuer: Issuer? { self.issuer.map { Issuer($0, template: self.traits.issuerTemplate) } }

    /// The name under which requests to one server are counted together.
    package var serverName: String { self.endpoints.token?.host ?? self.issuer ?? name }
}
