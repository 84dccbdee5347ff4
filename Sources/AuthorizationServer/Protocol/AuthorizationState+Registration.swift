import FoundationEssentials
import OAuth
import Text

extension AuthorizationState {
    /// Registers a client (RFC 7591 section 3).
    mutating func register(_ body: String, _ policy: RegistrationPolicy, now: Date) throws(ServerRefusal)
        -> RegistrationBody
    {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        guard let wish = try? decoder.decode(RegistrationWish.self, from: Data(body.utf8)) else {
            throw ServerRefusal(.invalidClientMetadata, "the body isn't a client's metadata in JSON")
        }
        let redirectURIs = policy.redirectURIs ?? wish.redirectUris
        guard !redirectURIs.isEmpty, redirectURIs.allSatisfy({ (try? RedirectURI($0)) != nil }) else {
            throw ServerRefusal(.invalidRedirectURI, "a redirect URI is missing, or is none")
        }
        guard wish.responseTypes == ["code"], wish.applicationType == "native" else {
            throw ServerRefusal(.invalidClientMetadata, "only native clients with the code flow are registered")
        }
        let method = policy.authentication?.rawValue ?? wish.tokenEndpointAuthMethod
        let (id, token) = ("client-\(settings.makeToken())", settings.makeToken())
        let secret = method == ClientAuthentication.none.rawValue ? nil : settings.makeToken()
        settings.clients.append(
            RegisteredClient(
                id: id, name: wish.clientName, secret: secret.map(Secret.init), redirectURIs: redirectURIs))
        if policy.isManaged { registrationTokens[id] = TokenID(token) }
        return RegistrationBody(
            clientId: id, clientSecret: secret,
            clientSecretExpiresAt: secret.map { _ in
                policy.secretLife.map { Int((now + $0.timeInterval).timeIntervalSince1970) } ?? 0
            },
            registrationAccessToken: policy.isManaged ? token : nil,
            registrationClientUri: policy.isManaged ? "\(issuer)/register/\(id)" : nil,
            redirectUris: redirectURIs, grantTypes: wish.grantTypes, tokenEndpointAuthMethod: method,
            scope: policy.scope ?? wish.scope)
    }

    /// Deletes a client (RFC 7592 section 2.3). Returns false where the token isn't the one that manages it.
    mutating func unregister(_ id: String, authorization: String?) -> Bool {
        let scheme = "Bearer "
        guard let authorization, authorization.hasPrefix(scheme),
            registrationTokens[id] == TokenID(String(authorization.dropFirst(scheme.count)))
        else { return false }
        registrationTokens[id] = nil
        settings.clients.removeAll { $0.id == id }
        return true
    }
}

/// The metadata of a client (RFC 7591 section 2).
private struct RegistrationWish: Decodable {
    let redirectUris: [String]
    let grantTypes: [String]
    let responseTypes: [String]
    let tokenEndpointAuthMethod: String
    let clientName: String
    let applicationType: String
    let scope: String?
}

/// The reply to a registration (RFC 7591 section 3.2.1, RFC 7592 section 3).
struct RegistrationBody: Encodable {
    let clientId: String
    let clientSecret: String?
    let clientSecretExpiresAt: Int?
    let registrationAccessToken: String?
    let registrationClientUri: String?
    let redirectUris: [String]
    let grantTypes: [String]
    let tokenEndpointAuthMethod: String
    let scope: String?
}
