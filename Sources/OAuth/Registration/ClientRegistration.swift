package import FoundationEssentials
package import Text

/// A client as the authorization server has registered it (RFC 7591 section 3.2.1). What the server says is in force,
/// also where it differs from what was asked for.
package struct ClientRegistration: Sendable, Hashable {
    package var clientID: String
    /// nil for a public client.
    package var secret: Secret?
    /// When the secret expires; nil if never.
    package var secretExpires: Date?
    package var authentication: ClientAuthentication
    package var redirectURI: RedirectURI
    /// The scopes that the client may ask for; nil if the server doesn't say.
    package var scopes: [String]?
    /// The token that manages the registration, and where (RFC 7592 section 3).
    package var accessToken: Secret?
    package var managementURI: EndpointURL?

    /// Parses the reply of the endpoint to a registration with this redirect URI.
    package init(_ reply: Data, asked: RedirectURI, endpoint: EndpointURL) throws(RegistrationFault) {
        guard let members = MetadataMembers(reply) else { throw .noObject }
        guard let id = members.text("client_id"), !id.isEmpty, id.utf8.allSatisfy({ (0x20...0x7e).contains($0) })
        else { throw .noClientID }
        let given = members.text("client_secret").flatMap { $0.isEmpty ? nil : Secret($0) }
        let method = members.text("token_endpoint_auth_method")
        // The method of a client whose registration names none (section 2).
        let usual = given == nil ? ClientAuthentication.none : .clientSecretBasic
        guard let authentication = method.map(ClientAuthentication.init(rawValue:)) ?? usual,
            !authentication.needsKey
        else { throw .method(UntrustedText.clean(method ?? "", limit: 64)) }
        guard !authentication.needsSecret || given != nil else { throw .noSecret }
        if let types = members.texts("grant_types"), !types.contains("authorization_code") { throw .otherGrantTypes }
        clientID = id
        self.authentication = authentication
        secret = authentication.needsSecret ? given : nil
        if secret != nil, let seconds = members.seconds("client_secret_expires_at"), seconds > 0 {
            secretExpires = Date(timeIntervalSince1970: seconds)
        }
        redirectURI = try Self.redirect(members.texts("redirect_uris"), asked: asked)
        scopes = members.text("scope").map { Scope(parsing: $0).tokens }
        accessToken = members.text("registration_access_token").map(Secret.init)
        managementURI = members.url("registration_client_uri", allowingPlain: endpoint.isLoopback)
    }

    /// The redirect URI to use: the one that was asked for, or another one of this machine if the server has changed it.
    private static func redirect(_ uris: [String]?, asked: RedirectURI) throws(RegistrationFault) -> RedirectURI {
        guard let uris, !uris.contains(asked.text) else { return asked }
        let other = uris.lazy.compactMap { try? RedirectURI($0) }.first { $0.isLoopback }
        guard let other else { throw .otherRedirects(uris.map { UntrustedText.clean($0, limit: 100) }) }
        return other
    }
}

/// Why a registration can't be used.
package enum RegistrationFault: Error, Sendable, Hashable, CustomStringConvertible {
    case noObject
    case noClientID
    case method(String)
    case noSecret
    case otherGrantTypes
    case otherRedirects([String])

    package var description: String {
        switch self {
        case .noObject: "the reply isn't a JSON object"
        case .noClientID: "the reply has no client_id"
        case .method(let method): "the server wants the client to authenticate by \(method.quoted)"
        case .noSecret: "the server wants a client_secret, and gave none"
        case .otherGrantTypes: "the server allows the client no authorization code"
        case .otherRedirects(let uris):
            "the server registered other redirect URIs than this machine's: \(uris.joined(separator: ", "))"
        }
    }
}
