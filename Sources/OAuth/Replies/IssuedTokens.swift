package import Text

/// The tokens in a successful reply (RFC 6749 section 5.1).
package struct IssuedTokens: Sendable, Equatable {
    package var accessToken: Secret
    /// `Bearer` in this spelling if the server left the type out or wrote it in another case.
    package var tokenType: String
    /// The access token's lifetime; nil if the reply doesn't state it.
    package var expiresIn: Duration?
    /// The time from now after which the server advises a refresh.
    package var refreshIn: Duration?
    /// nil if the current refresh token remains valid.
    package var refreshToken: Secret?
    /// nil if the scope is the requested one (section 3.3).
    package var scope: Scope?
    /// The id_token, not yet validated (OpenID Connect Core section 3.1.3.3).
    package var idToken: Secret?
    /// The id_token, once it is validated.
    package var validIDToken: Secret?
    /// The identity in the id_token, once that is validated.
    package var identity: Identity?
    /// The refresh token's lifetime; nil if the reply doesn't state it.
    package var refreshTokenExpiresIn: Duration?
    /// Other members of the reply.
    package var extra: [String: ExtraMember] = [:]
    /// Whether the server accepted the refresh only after `scope` was left out.
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

    /// Returns nil if the reply contains no access token, or if it was cut where a refresh token may have followed.
    init?(_ whole: ReplyObject, to request: ReplyContext) {
        // A refresh may have its tokens at the top although the first reply had them below a member.
        let placed = whole.placed(at: request.tokensPath)
        let reply = placed.token("access_token") == nil ? whole : placed
        guard let accessToken = reply.token("access_token"), whole.isWhole || reply.token("refresh_token") != nil else {
            return nil
        }
        let names = ["access_token", "refresh_token", "id_token"]
        let secrets = (names.compactMap(reply.token) + names.compactMap(whole.token)).map(Secret.init)
        let mask = request.mask.adding(secrets)
        let type = UntrustedText.clean(mask.cover(reply.text("token_type") ?? ""), limit: 40)
        let lifetimes = ReplyLifetimes(reply, sent: request.sent)
        self.init(
            accessToken: Secret(accessToken), tokenType: Self.knownTypes[type.lowercased()] ?? type,
            expiresIn: lifetimes.access, refreshIn: lifetimes.refreshIn,
            refreshToken: reply.token("refresh_token").map(Secret.init),
            scope: reply.members["scope"].flatMap { Scope($0, asked: request.scope) }?.without(mask),
            idToken: reply.text("id_token").map(Secret.init))
        refreshTokenExpiresIn = lifetimes.refresh
        let outer = request.tokensPath.isEmpty ? [:] : [String: ExtraMember](whole, without: mask)
        extra = [String: ExtraMember](reply, without: mask).merging(outer) { inner, _ in inner }
    }

    /// The spellings for an HTTP header, by the lower-case type in the reply; empty if the server leaves it out.
    private static let knownTypes = ["": "Bearer", "bearer": "Bearer", "dpop": "DPoP"]

    /// Whether readers can use access tokens of this type. A token of an unknown type isn't handed out (section 7.1),
    /// nor one that is bound to a key if there is no key.
    package static func isUsable(type: String, withKey hasKey: Bool) -> Bool {
        type == "Bearer" || (type == "DPoP" && hasKey)
    }
}

extension Secret {
    /// Whether the token consists of visible ASCII only, so that it can be sent in a header.
    package var fitsHeader: Bool { expose().utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f } }
}
