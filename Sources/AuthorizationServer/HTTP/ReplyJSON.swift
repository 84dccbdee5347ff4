import FoundationEssentials
import OAuth

/// The JSON bodies.
enum ReplyJSON {
    static func encode(_ value: some Encodable) -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings, integers and Booleans always encode.
        guard let data = try? encoder.encode(value) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}

/// A token reply (RFC 6749 section 5.1), with the changes by faults and by the server's quirks.
struct TokenReplyBody: Encodable {
    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let reply: TokenResponse
    let shape: TokenReplyShape
    let quirks: ServerQuirks
    /// Whether this is the reply to an authorization code.
    let isConsent: Bool

    func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Key.self)
        guard isConsent, let member = quirks.member else { return try encode(into: &members) }
        try members.encode(true, forKey: Key("ok"))
        try members.encode("the-application's", forKey: Key("access_token"))
        var nested = members.nestedContainer(keyedBy: Key.self, forKey: Key(member))
        try encode(into: &nested)
    }

    private func encode(into members: inout KeyedEncodingContainer<Key>) throws {
        try members.encode(reply.accessToken, forKey: Key("access_token"))
        let type = quirks.tokenType ?? reply.tokenType
        try members.encode(
            shape.contains(.lowercaseTokenType) ? type.lowercased() : type, forKey: Key("token_type"))
        if shape.contains(.expiryAsText) {
            try members.encode(String(reply.expiresIn), forKey: Key("expires_in"))
        } else if !shape.contains(.withoutExpiry), quirks.statesLifetime {
            try members.encode(reply.expiresIn, forKey: Key("expires_in"))
        }
        if !shape.contains(.withoutRefreshToken), quirks.givesRefreshTokens {
            try members.encodeIfPresent(reply.refreshToken, forKey: Key("refresh_token"))
        }
        switch quirks.scopeReply {
        case .spaces: try members.encode(reply.scope.description, forKey: Key("scope"))
        case .commas: try members.encode(reply.scope.tokens.joined(separator: ","), forKey: Key("scope"))
        case .list: try members.encode(reply.scope.tokens, forKey: Key("scope"))
        case .short:
            let names = reply.scope.tokens.map { ($0.split(separator: "/").last ?? "").lowercased() }
            try members.encode(names.joined(separator: " "), forKey: Key("scope"))
        case .absent: break
        }
        try members.encodeIfPresent(reply.idToken, forKey: Key("id_token"))
    }
}

/// RFC 6749 section 5.2.
struct ErrorBody: Encodable {
    let error: String
    let errorDescription: String

    init(_ error: ServerRefusal) {
        self.error = error.code.rawValue
        errorDescription = error.description
    }
}

/// RFC 7662 section 2.2. Of an invalid token nothing else is said.
struct IntrospectionBody: Encodable {
    let active: Bool
    var scope: String?
    var clientId: String?
    var username: String?
    var sub: String?
    var tokenType: String?
    var iat: Int?
    var exp: Int?
    var iss: String?
    var aud: [String]?

    init(_ token: LiveToken?, issuer: String) {
        active = token != nil
        guard let token else { return }
        scope = token.scope.description
        clientId = token.clientID
        username = token.user
        sub = token.user ?? token.clientID
        tokenType = token.isAccessToken ? "Bearer" : nil
        iat = token.issued.map { Int($0.timeIntervalSince1970) }
        exp = token.expires.map { Int($0.timeIntervalSince1970) }
        iss = issuer
        aud = token.resources.isEmpty ? nil : token.resources
    }
}

/// The protected resource's answer to a valid token.
struct ResourceBody: Encodable {
    let name: String
    let clientId: String
    let scope: String
    /// The resources that the token may be used at.
    let aud: [String]?
}

/// RFC 8414 section 2.
struct MetadataBody: Encodable {
    let issuer: String
    let authorizationEndpoint: String
    let tokenEndpoint: String
    let revocationEndpoint: String
    let introspectionEndpoint: String
    let deviceAuthorizationEndpoint: String
    let pushedAuthorizationRequestEndpoint: String
    let requirePushedAuthorizationRequests: Bool
    let registrationEndpoint: String?
    let jwksUri: String
    let subjectTypesSupported = ["public"]
    let idTokenSigningAlgValuesSupported = ["ES256"]
    let dpopSigningAlgValuesSupported = ["ES256"]
    let tokenEndpointAuthSigningAlgValuesSupported = ["RS256", "PS256", "ES256"]
    var scopesSupported: [String]?
    let responseTypesSupported = ["code"]
    let responseModesSupported = ["query", "form_post"]
    let grantTypesSupported = [
        "authorization_code", "refresh_token", "client_credentials", AuthorizationState.deviceGrantType,
    ]
    let tokenEndpointAuthMethodsSupported = ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"]
    let revocationEndpointAuthMethodsSupported = ["none", "client_secret_basic", "client_secret_post"]
    let introspectionEndpointAuthMethodsSupported = ["client_secret_basic", "client_secret_post"]
    let codeChallengeMethodsSupported = ["S256"]
    let authorizationResponseIssParameterSupported: Bool

    init(issuer: String, settings: ServerSettings) {
        self.issuer = issuer
        authorizationEndpoint = issuer + "/authorize"
        tokenEndpoint = issuer + "/token"
        revocationEndpoint = issuer + "/revoke"
        introspectionEndpoint = issuer + "/introspect"
        deviceAuthorizationEndpoint = issuer + "/device_authorization"
        pushedAuthorizationRequestEndpoint = issuer + "/par"
        requirePushedAuthorizationRequests = settings.requiresPushedRequests
        registrationEndpoint = settings.registration.map { _ in issuer + "/register" }
        jwksUri = issuer + "/jwks"
        scopesSupported = settings.scopes.isEmpty ? nil : settings.scopes.map(\.token)
        authorizationResponseIssParameterSupported = settings.sendsIssuer
    }
}
