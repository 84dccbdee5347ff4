/// The answer about a client's registration that `valetkey setup` made. Never holds a secret.
package struct RegistrationReport: Codable, Sendable, Equatable {
    package var account: String
    package var issuer: String
    package var clientID: String
    /// Whether the server gave what it takes to delete the registration (RFC 7592).
    package var isDeletable: Bool

    package init(account: String, issuer: String, clientID: String, isDeletable: Bool) {
        self.account = account
        self.issuer = issuer
        self.clientID = clientID
        self.isDeletable = isDeletable
    }
}

/// The body of `PUT /accounts/{account}/registration`. It holds secrets: never log it.
package struct NewRegistration: Codable, Sendable, Equatable {
    package var issuer: String
    package var clientID: String
    package var clientSecret: String?
    /// The token that manages the registration (RFC 7592).
    package var registrationAccessToken: String?
    package var registrationClientURI: String?

    package init(
        issuer: String, clientID: String, clientSecret: String? = nil, registrationAccessToken: String? = nil,
        registrationClientURI: String? = nil
    ) {
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.registrationAccessToken = registrationAccessToken
        self.registrationClientURI = registrationClientURI
    }
}
