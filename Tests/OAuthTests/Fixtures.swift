import OAuth

/// An account at an authorization server that doesn't exist.
func exampleSettings(
    authorization: String = "https://as.example/authorize?p=b2c", issuer: String? = "https://as.example",
    client: Client = Client(id: "my app"), scope: String = "mail calendar"
) throws -> AccountSettings {
    AccountSettings(
        name: "demo", issuer: issuer, client: client,
        endpoints: Endpoints(
            authorization: try EndpointURL(authorization), token: try EndpointURL("https://as.example/token")),
        scope: Scope(parsing: scope), redirectURI: try RedirectURI("http://127.0.0.1/callback"))
}

extension AuthorizationRequest {
    static func example(_ settings: AccountSettings) -> AuthorizationRequest {
        var random = SystemRandomNumberGenerator()
        return AuthorizationRequest(
            settings: settings, redirectURI: settings.redirectURI.sent(port: 4711), using: &random)
    }

    /// The parameters of `url`.
    var fields: [FormField] {
        FormEncoding.decode(url.drop { $0 != "?" }.dropFirst()) ?? []
    }

    func value(_ name: String) -> String? {
        fields.first { $0.name == name }?.value
    }
}
