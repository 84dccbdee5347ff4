/// The tokens of a successful reply (RFC 6749 section 5.1).
package struct IssuedTokens: Sendable, Equatable {
    package var accessToken: Secret
    /// `Bearer` in this spelling where the server wrote it in any case or left it out.
    package var tokenType: String
    /// nil where the reply doesn't say.
    package var expiresIn: Duration?
    /// The server's advice when to refresh, from now.
    package var refreshIn: Duration?
    /// nil where the one in hand stays in force.
    package var refreshToken: Secret?
    /// nil where it is as requested (section 3.3).
    package var scope: Scope?

    package init(
        accessToken: Secret, tokenType: String = "Bearer", expiresIn: Duration? = nil, refreshIn: Duration? = nil,
        refreshToken: Secret? = nil, scope: Scope? = nil
    ) {
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.expiresIn = expiresIn
        self.refreshIn = refreshIn
        self.refreshToken = refreshToken
        self.scope = scope
    }

    init(_ message: TokenReply.Message) {
        let type = UntrustedText.clean(message.tokenType ?? "", limit: 40)
        self.init(
            accessToken: Secret(message.accessToken ?? ""),
            tokenType: type.isEmpty || type.lowercased() == "bearer" ? "Bearer" : type,
            expiresIn: message.expiresIn?.duration, refreshIn: message.refreshIn?.duration,
            refreshToken: message.refreshToken.map(Secret.init),
            scope: message.scope.map(Scope.init(parsing:)).flatMap { $0.isEmpty ? nil : $0 })
    }

    /// Whether a reader can use the access token: a type that we don't know isn't handed out (section 7.1). Nor is one
    /// with characters that no header can carry.
    package var isUsable: Bool {
        tokenType == "Bearer" && accessToken.expose().utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    }
}
