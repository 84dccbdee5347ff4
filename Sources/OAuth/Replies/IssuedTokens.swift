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
    /// nil where the reply doesn't say.
    package var refreshTokenExpiresIn: Duration?
    /// What else the reply says.
    package var extra: [String: ExtraMember] = [:]
    /// Whether the server took the refresh only without `scope`.
    package var refusesScope = false

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

    /// nil where the reply holds no access token.
    init?(_ whole: ReplyObject, to request: ReplyContext) {
        let reply = whole.placed(at: request.tokensPath)
        guard let accessToken = reply.text("access_token") else { return nil }
        let type = UntrustedText.clean(request.mask.cover(reply.text("token_type") ?? ""), limit: 40)
        let lifetimes = ReplyLifetimes(reply, sent: request.sent)
        let names = ["access_token", "refresh_token", "id_token"]
        let secrets = (names.compactMap(reply.text) + names.compactMap(whole.text)).map(Secret.init)
        self.init(
            accessToken: Secret(accessToken), tokenType: Self.knownTypes[type.lowercased()] ?? type,
            expiresIn: lifetimes.access, refreshIn: lifetimes.refreshIn,
            refreshToken: reply.text("refresh_token").map(Secret.init),
            scope: reply.members["scope"].flatMap { Scope($0, asked: request.scope) }?.without(request.mask),
            idToken: reply.text("id_token").map(Secret.init))
        refreshTokenExpiresIn = lifetimes.refresh
        let mask = request.mask.adding(secrets)
        let outer = request.tokensPath.isEmpty ? [:] : [String: ExtraMember](whole, without: mask)
        extra = [String: ExtraMember](reply, without: mask).merging(outer) { inner, _ in inner }
    }

    /// In the spelling that a header has, by what the server writes in any case or leaves out.
    private static let knownTypes = ["": "Bearer", "bearer": "Bearer", "dpop": "DPoP"]

    /// Whether a reader can use access tokens of a type: one that we don't know isn't handed out (section 7.1), nor one
    /// that is bound to a key where there is none.
    package static func isUsable(type: String, withKey hasKey: Bool) -> Bool {
        type == "Bearer" || (type == "DPoP" && hasKey)
    }
}

extension Secret {
    /// Whether it is made of visible ASCII, which a header can carry.
    package var fitsHeader: Bool { expose().utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } }
}
