/// The request headers of the Microsoft Advertising API, filled: `GET /accounts/{account}/ads/headers`. They are
/// secret.
///
/// As JSON it is an object of the names that Microsoft's own table has, so that a SOAP client can take it as it is.
package struct AdvertisingHeaders: Codable, Sendable, Equatable {
    /// The access token.
    package var authenticationToken: String
    package var developerToken: String
    package var customerID: String?
    package var customerAccountID: String?
    /// Where the user signs in, if that isn't Microsoft.
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

    /// The elements of a SOAP header, in the order of the table.
    package var elements: [(name: String, value: String)] {
        let all: [(String, String?)] = [
            ("AuthenticationToken", authenticationToken), ("CustomerAccountId", customerAccountID),
            ("CustomerId", customerID), ("DeveloperToken", developerToken), ("IdentityProvider", identityProvider),
        ]
        return all.compactMap { name, value in value.map { (name: name, value: $0) } }
    }

    /// HTTP header fields, a line each, as REST takes them and `curl -H @-` reads them.
    package var httpLines: String {
        elements.map { name, value in
            name == "AuthenticationToken" ? "Authorization: Bearer \(value)\n" : "\(name): \(value)\n"
        }.joined()
    }

    /// A dictionary keeps the spelling of its keys, where the members of a type become snake case.
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
