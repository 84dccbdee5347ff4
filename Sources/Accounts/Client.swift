package import FoundationEssentials
package import OAuth

/// The client as it is registered at the authorization server (RFC 6749 section 2).
package struct Client: Sendable, Hashable {
    package var id: String
    package var secret: SecretSource?
    /// When the secret expires, as far as the configuration says.
    package var secretExpires: Date?
    /// The private key that signs the client's assertions or belongs to its TLS certificate.
    package var key: ClientKey?
    /// The path of a PEM file with the client's TLS certificate; `~/` stands for the home folder.
    package var certificate: String?
    package var authentication: ClientAuthentication
    /// Whether the server's metadata may select a method other than `authentication`.
    package var choosesMethod: Bool

    package init(
        id: String, secret: SecretSource? = nil, key: ClientKey? = nil, certificate: String? = nil,
        authentication: ClientAuthentication = .none, choosesMethod: Bool = false
    ) {
        self.id = id
        self.secret = secret
        self.key = key
        self.certificate = certificate
        self.authentication = authentication
        self.choosesMethod = choosesMethod
    }

    /// Returns the authentication method to use at a server; `supported` is nil if its metadata lists no methods.
    package func method(among supported: [String]?) -> ClientAuthentication {
        guard choosesMethod, let supported, !supported.contains(authentication.rawValue) else { return authentication }
        return possibleMethods.first { supported.contains($0.rawValue) } ?? authentication
    }

    /// The methods for which this client is configured, the safest first.
    private var possibleMethods: [ClientAuthentication] {
        var methods: [ClientAuthentication] = []
        if key != nil {
            methods.append(.privateKeyJWT)
            if certificate != nil { methods += [.tlsClientAuth, .selfSignedTLSClientAuth] }
        }
        if secret != nil { methods += [.clientSecretBasic, .clientSecretPost] }
        return methods
    }
}

/// A private key of the client, in a file.
package struct ClientKey: Sendable, Hashable {
    /// The path of a PEM file; `~/` stands for the home folder.
    package var path: String
    /// The key's identifier (`kid`) at the server.
    package var id: String?
    /// nil selects the algorithm that fits the key: RS256 or ES256.
    package var algorithm: SignatureAlgorithm?

    package init(path: String, id: String? = nil, algorithm: SignatureAlgorithm? = nil) {
        self.path = path
        self.id = id
        self.algorithm = algorithm
    }
}
