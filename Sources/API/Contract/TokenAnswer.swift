package import FoundationEssentials
package import Text

/// The body of `GET /token/{account}` with `Accept: application/json`.
package struct TokenAnswer: Codable, Sendable, Equatable {
    /// How many seconds the daemon waits for a refresh where a reader doesn't say.
    package static let usualWait = 30

    package var account: String
    /// The token's name in the configuration; nil for the account's own token and for one that isn't configured.
    package var token: String?
    package var accessToken: String
    package var tokenType: String
    /// The granted scope, space-separated.
    package var scope: String
    /// nil if the token's lifetime is unknown: it is served until it is refused.
    package var expiresAt: Date?
    /// Seconds until the token expires, rounded down.
    package var expiresIn: Int?
    /// `expiresAt` in seconds since 1970, as Azure's libraries take it.
    package var expiresOn: Int?
    /// Additional members of the server's replies, such as `instance_url`.
    package var extra: [String: ExtraMember]?

    package init(
        account: String, accessToken: String, tokenType: String, scope: String, expiresAt: Date?, expiresIn: Int?,
        expiresOn: Int? = nil, extra: [String: ExtraMember]? = nil, token: String? = nil
    ) {
        self.account = account
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.scope = scope
        self.expiresAt = expiresAt
        self.expiresIn = expiresIn
        self.expiresOn = expiresOn
        self.extra = extra
        self.token = token
    }
}
