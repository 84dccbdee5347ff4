package import Text

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
    /// Not yet checked (OpenID Connect Core section 3.1.3.3).
    package var idToken: Secret?
    /// Of whom the id_token speaks, once it is checked.
    package var identity: Identity?
    /// False where the id_token that came along isn't believed.
    package var isBelieved = true

    package init(
        accessToken: Secret, tokenType: String = "Bearer", expiresIn: Duration? = nil, refreshIn: Duration? = nil,
        refreshToken: Secret? = nil, scope: Scope? = nil, idToken: Secret? = nil
    ) {
        self.accessToken = accessToken
        self.tokenType = tokenType
        self.expiresIn = expiresIn
        self.refreshIn = refreshIn
        self.refreshToken = refreshToken
        self.scope = scope
        self.idToken = idToken
    }

    init(_ message: TokenReply.Message) {
        let type = UntrustedText.clean(message.tokenType ?? "", limit: 40)
        self.init(
            accessToken: Secret(message.accessToken ?? ""),
            tokenType: Self.knownTypes[type.lowercased()] ?? type,
            expiresIn: message.expiresIn?.duration, refreshIn: message.refreshIn?.duration,
            refreshToken: message.refreshToken.map(Secret.init),
            scope: message.scope.map(Scope.init(parsing:)).flatMap { $0.isEmpty ? nil : $0 },
            idToken: message.idToken.map(Secret.init))
    }

    /// In the spelling that a header has, by what the server writes in any case or leaves out.
    private static let knownTypes = ["": "Bearer", "bearer": "Bearer", "dpop": "DPoP"]

    /// Whether a reader can use the access token: a type that we don't know isn't handed out (section 7.1), nor one
    /// that is bound to a key where there is none. Nor is a token with characters that no header can carry.
    package func isUsable(withKey hasKey: Bool) -> Bool {
        isBelieved && (tokenType == "Bearer" || (tokenType == "DPoP" && hasKey))
            && accessToken.expose().utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f }
    }
}
