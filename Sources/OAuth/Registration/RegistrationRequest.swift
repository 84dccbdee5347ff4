import FoundationEssentials

/// The metadata with which a native client registers itself (RFC 7591 section 2): a public client that gets a code on the
/// loopback interface and refreshes its tokens.
package struct RegistrationRequest: Sendable, Hashable, Encodable {
    package var redirectURIs: [String]
    /// nil leaves the scope to the server.
    package var scope: String?
    package let grantTypes = ["authorization_code", "refresh_token"]
    package let responseTypes = ["code"]
    package let authenticationMethod = ClientAuthentication.none.rawValue
    package let clientName = "valetkey"
    /// The same for every registration of this program.
    package let softwareID = "5d0e8a6c-3f0b-4c59-9a51-7f1f4f6c2a3e"
    package let softwareVersion: String
    /// OpenID Connect Registration section 2: only a native client may have a loopback redirect.
    package let applicationType = "native"

    private enum CodingKeys: String, CodingKey {
        case redirectURIs = "redirect_uris"
        case scope
        case grantTypes = "grant_types"
        case responseTypes = "response_types"
        case authenticationMethod = "token_endpoint_auth_method"
        case clientName = "client_name"
        case softwareID = "software_id"
        case softwareVersion = "software_version"
        case applicationType = "application_type"
    }

    package init(redirectURI: RedirectURI, scopes: [String], softwareVersion: String) {
        redirectURIs = [redirectURI.text]
        scope = scopes.isEmpty ? nil : scopes.joined(separator: " ")
        self.softwareVersion = softwareVersion
    }

    /// The JSON object to post.
    package var body: String {
        // Strings always encode.
        guard let data = try? JSONEncoder().encode(self) else { return "{}" }
        return String(decoding: data, as: UTF8.self)
    }
}
