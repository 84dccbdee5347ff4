package import OAuth

/// A preset: the public facts about one authorization server. Data, not code.
///
/// Where an address depends on the account, it contains a placeholder in braces.
package struct Provider: Sendable, Hashable {
    package var name: String
    /// One line of description, for people.
    package var summary: String
    package var issuer: String?
    package var authorizationEndpoint: String
    package var tokenEndpoint: String
    package var revocationEndpoint: String?
    package var deviceAuthorizationEndpoint: String?
    /// The URL of the metadata, if it isn't at the issuer's well-known places.
    package var metadataURL: String?
    package var placeholders: [Placeholder]
    /// The scopes that a consent requests if the configuration names none.
    package var scopes: [String]
    /// The redirect URI in the form that the provider registers for native clients.
    package var redirectURI: String
    package var needsClientSecret: Bool
    /// The method by which a client with a secret authenticates.
    package var secretMethod: ClientAuthentication
    /// The server's deviations from the standards. The issuer's template may contain placeholders.
    package var traits: ServerTraits
    /// How long the provider promises to keep an unused refresh token; nil if it promises nothing.
    package var unusedLimit: Duration?
    /// The preset to use instead, if the provider has discontinued the service of this one.
    package var successor: String?
    /// What a user needs to know, one sentence each.
    package var notes: [String]
    /// The URL of the documentation that the facts are from.
    package var source: String
    /// The year and month in which the documentation was read.
    package var asOf: String

    package init(
        name: String, summary: String, issuer: String? = nil, authorizationEndpoint: String, tokenEndpoint: String,
        revocationEndpoint: String? = nil, deviceAuthorizationEndpoint: String? = nil, metadataURL: String? = nil,
        placeholders: [Placeholder] = [], scopes: [String] = [], redirectURI: String, needsClientSecret: Bool = false,
        secretMethod: ClientAuthentication = .clientSecretPost, traits: ServerTraits = ServerTraits(),
        unusedLimit: Duration? = nil, successor: String? = nil, notes: [String] = [], source: String, asOf: String
    ) {
        self.name = name
        self.summary = summary
        self.issuer = issuer
        self.authorizationEndpoint = authorizationEndpoint
        self.tokenEndpoint = tokenEndpoint
        self.revocationEndpoint = revocationEndpoint
        self.deviceAuthorizationEndpoint = deviceAuthorizationEndpoint
        self.metadataURL = metadataURL
        self.placeholders = placeholders
        self.scopes = scopes
        self.redirectURI = redirectURI
        self.needsClientSecret = needsClientSecret
        self.secretMethod = secretMethod
        self.traits = traits
        self.unusedLimit = unusedLimit
        self.successor = successor
        self.notes = notes
        self.source = source
        self.asOf = asOf
    }
}

extension Provider {
    /// Returns the address with its placeholders replaced by `values`, which are keyed by placeholder name. A missing
    /// value is replaced by the placeholder's default.
    package func filled(_ address: String, _ values: [String: String] = [:]) -> String {
        placeholders.reduce(address) { address, placeholder in
            guard let value = values[placeholder.name] ?? placeholder.usual,
                let text = placeholder.text(for: value)
            else { return address }
            return address.replacing("{\(placeholder.name)}", with: text)
        }
    }
}
