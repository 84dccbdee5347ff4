package import FoundationEssentials

/// The body of `GET /id-token/{account}` with `Accept: application/json`.
package struct IDTokenAnswer: Codable, Sendable, Equatable {
    package var account: String
    package var idToken: String
    package var expiresAt: Date

    package init(account: String, idToken: String, expiresAt: Date) {
        self.account = account
        self.idToken = idToken
        self.expiresAt = expiresAt
    }
}

extension IDTokenAnswer: ContractType {
    package static let schema = ObjectSchema(
        "IDToken", "An id_token (OpenID Connect Core section 2).",
        [.always("account", .string), .always("id_token", .string), .always("expires_at", .date)])
}
