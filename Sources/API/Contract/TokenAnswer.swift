package import FoundationEssentials
package import Text

/// `GET /token/{account}` with `Accept: application/json`.
package struct TokenAnswer: Codable, Sendable, Equatable {
    package var account: String
    package var accessToken: String
    package var tokenType: String
    /// Space-separated, as the authorization server granted it.
    package var scope: String
    /// nil where nobody knows: it is served until it is refused.
    package var expiresAt: Date?
    /// Seconds, rounded down.
    package var expiresIn: Int?
    /// Other members of the server's replies, such as `instance_url`.
    package var extra: [String: ExtraMember]?

    package init(
        account: String, accessToken: String, tokenType: String, scope: String, expiresAt: Date?, expiresIn: Int?,
        extra: [String: ExtraMember]? = nil
    ) {
        self.account = account
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.scope = scope
        self.expiresAt = expiresAt
        self.expiresIn = expiresIn
        self.extra = extra
    }
}
