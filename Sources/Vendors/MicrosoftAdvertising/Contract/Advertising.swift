/// The request headers of the Microsoft Advertising API with their values: `GET /accounts/{account}/ads/headers`. They
/// contain secrets.
///
/// The members of the JSON object have the names in Microsoft's documentation, so that a SOAP client can use it
/// unchanged.
package struct AdvertisingHeaders: Codable, Sendable, Equatable {
    /// The access token.
    package var authenticationToken: String
    package var developerToken: String
    package var customerID: String?
    package var customerAccountID: String?
    /// The identity provider of the user; nil for Microsoft.
    package var identityProvider: String?

    package init(
        authenticationToken: String, developerToken: String, customerID: String? = nil,
        customerAccountID: String? = nil, identityProvider: String? = nil
    ) {
        self.authenticationToken = authenticationToken
        self.developerToken = developerToken
        self.customerID = customerID
        self.customerAccountID = customerAccountID
        self.identityProvider = identityProvider
    }

    /// The elements of a SOAP header, in the documented order.
    package var elements: [(name: String, value: String)] {
        let all: [(String, String?)] = [
            ("AuthenticationToken", authenticationToken), ("CustomerAccountId", customerAccountID),
            ("CustomerId", customerID), ("DeveloperToken", developerToken), ("IdentityProvider", identityProvider),
        ]
        return all.compactMap { name, value in value.map { (name: name, value: $0) } }
    }

    /// HTTP header fields for REST, one per line, as `curl -H @-` reads them.
    package var httpLines: String {
        elements.map { name, value in
            name == "AuthenticationToken" ? "Authorization: Bearer \(value)\n" : "\(name): \(value)\n"
        }.joined()
    }

    /// Decoded as a dictionary, because the names of properties would be converted to snake case.
    package init(from decoder: any Decoder) throws {
        let members = try decoder.singleValueContainer().decode([String: String].self)
        guard let token = members["AuthenticationToken"], let developerToken = members["DeveloperToken"] else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "a token is missing"))
        }
        self.init(
            authenticationToken: token, developerToken: developerToken, customerID: members["CustomerId"],
            customerAccountID: members["CustomerAccountId"], identityProvider: members["IdentityProvider"])
    }

    package func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        try value.encode(Dictionary(elements.map { ($0.name, $0.value) }) { first, _ in first })
    }
}
