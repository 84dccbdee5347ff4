package import OAuth

/// A preset: what is publicly known of one authorization server. Data, not code.
///
/// Where an address depends on the account, it has a placeholder in braces.
package struct Provider: Sendable, Hashable {
    package var name: String
    /// A line for people.
    package var summary: String
    package var issuer: String?
    package var authorizationEndpoint: String
    package var tokenEndpoint: String
    package var revocationEndpoint: String?
    package var deviceAuthorizationEndpoint: String?
    /// Where the metadata are, where they aren't at the issuer's well-known places.
    package var metadataURL: String?
    package var placeholders: [Placeholder]
    /// What a consent asks for where the configuration names no scopes.
    package var scopes: [String]
    /// The form that the provider registers for native clients.
    package var redirectURI: String
    package var needsClientSecret: Bool
    /// How a client shows its secret.
    package var secretMethod: ClientAuthentication
    /// What the server does otherwise. The issuer's template may have placeholders.
    package var traits: ServerTraits
    /// How long the provider promises to keep a refresh token that isn't used; nil where it promises nothing.
    package var unusedLimit: Duration?
    /// The preset to use instead, where the provider has switched this one off.
    package var successor: String?
    /// What a user must know, a sentence each.
    package var notes: [String]
    /// Where the facts are from.
    package var source: String
    /// When they were read there: a year and a month.
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
    /// An address with the account's values in the place of the placeholders, by their names; those that it doesn't
    /// state have their usual values.
    package func filled(_ address: String, _ values: [String: String] = [:]) -> String {
        placeholders.reduce(address) { address, placeholder in
            guard let value = values[placeholder.name] ?? placeholder.usual,
                let text = placeholder.text(for: value)
            else { return address }
            return address.replacing("{\(placeholder.name)}", with: text)
        }
    }
}
