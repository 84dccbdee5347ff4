package import FoundationEssentials
package import Text

/// What is known of a request when its reply is read.
package struct ReplyContext: Sendable {
    /// Hides what the request carried.
    package var mask: SecretMask
    /// Whether a refresh token was in the request.
    package var isRefresh: Bool
    /// The scope that was asked for.
    package var scope: Scope
    /// When the request was sent, by the wall clock: for replies that name a date.
    package var sent: Date?
    /// The members that lead to the tokens, in a reply that has them.
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
