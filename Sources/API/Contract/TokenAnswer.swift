package import FoundationEssentials

/// `GET /token/{account}` with `Accept: application/json`.
package struct TokenAnswer: Codable, Sendable, Equatable {
    package var account: String
    package var accessToken: String
    package var tokenType: String
    /// Space-separated, as the authorization server granted it.
    package var scope: String
    package var expiresAt: Date
    /// Seconds, rounded down.
    package var expiresIn: Int

    package init(
        account: String, accessToken: String, tokenType: String, scope: String, expiresAt: Date, expiresIn: Int
    ) {
        self.account = account
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.scope = scope
        self.expiresAt = expiresAt
        self.expiresIn = expiresIn
    }
}
