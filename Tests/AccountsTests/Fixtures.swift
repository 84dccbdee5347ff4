import Accounts
import FoundationEssentials
import OAuth
import Testing
import Text

/// The settings of an account at an authorization server that doesn't exist.
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
    static func example(_ settings: AccountSettings, metadata: ServerMetadata? = nil) throws -> AuthorizationRequest {
        var random = SystemRandomNumberGenerator()
        let account = try #require(ResolvedAccount(settings, metadata: metadata))
        return AuthorizationRequest(
            account: account, endpoint: try #require(account.settings.endpoints.authorization),
            redirectURI: settings.redirectURI.sent(port: 4711), using: &random)
    }

    /// The parameters of `url`.
    var fields: [FormField] {
        FormEncoding.decode(url.drop { $0 != "?" }.dropFirst()) ?? []
    }

    func value(_ name: String) -> String? {
        fields.first { $0.name == name }?.value
    }
}

/// The metadata of the server in `exampleSettings`, with additional members.
func exampleMetadata(_ more: String = "", settings: AccountSettings) throws -> ServerMetadata {
    let document = #"{"issuer":"https://as.example"\#(more.isEmpty ? "" : ",")\#(more)}"#
    return try ServerMetadata(
        Data(document.utf8), of: try #require(settings.expectedIssuer))
}

extension ServerRequest {
    /// The fields of the body; a repeated one is an error.
    var fields: [String: String] {
        let fields = FormEncoding.decode(body.expose()) ?? []
        return Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { _, second in "twice: \(second)" })
    }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
