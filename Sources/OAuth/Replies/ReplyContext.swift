package import FoundationEssentials
package import Text

/// The facts about a request that are needed to read its reply.
package struct ReplyContext: Sendable {
    /// Masks the secrets that the request contained.
    package var mask: SecretMask
    /// Whether the request contained a refresh token.
    package var isRefresh: Bool
    /// The requested scope.
    package var scope: Scope
    /// The wall-clock time at which the request was sent, for replies that state a date.
    package var sent: Date?
    /// The path of members that leads to the tokens in a successful reply.
    package var tokensPath: [String]

    package init(
        mask: SecretMask = SecretMask(), isRefresh: Bool = false, scope: Scope = Scope([]), sent: Date? = nil,
        tokensPath: [String] = []
    ) {
        self.mask = mask
        self.isRefresh = isRefresh
        self.scope = scope
        self.sent = sent
        self.tokensPath = tokensPath
    }
}
