import FoundationEssentials
import OAuth

/// A valid token, as introspection describes it (RFC 7662 section 2.2).
struct LiveToken: Sendable {
    let clientID: String
    let user: String?
    let scope: Scope
    let issued: Date?
    let expires: Date?
    let isAccessToken: Bool
    var boundTo: String?
    /// The resources that it may be used at; empty where none were named.
    var resources: [String] = []
}

extension AuthorizationState {
    /// The access token's description; nil where it isn't valid.
    func liveAccessToken(_ token: String, now: Date) -> LiveToken? {
        guard let record = accessTokens[TokenID(token)], !record.isRevoked, record.expires > now,
            let grant = grants[record.grant], !grant.isRevoked
        else { return nil }
        return LiveToken(
            clientID: grant.clientID, user: grant.user, scope: record.scope, issued: record.issued,
            expires: record.expires, isAccessToken: true, boundTo: grant.boundTo,
            resources: record.resources)
    }

    /// The refresh token's description; nil where it isn't the current one of its grant.
    func liveRefreshToken(_ token: String, now: Date) -> LiveToken? {
        guard let record = refreshTokens[TokenID(token)], record.replaced == nil,
            record.expires.map({ $0 > now }) != false, let grant = grants[record.grant], !grant.isRevoked
        else { return nil }
        return LiveToken(
            clientID: grant.clientID, user: grant.user, scope: grant.scope, issued: nil, expires: record.expires,
            isAccessToken: false, resources: grant.resources)
    }

    /// Handles introspection (RFC 7662) for protected resources, which are registered as confidential clients.
    mutating func introspect(_ form: Form, authorization: String?, now: Date) throws(ServerRefusal) -> LiveToken? {
        let resource = try authenticate(form, authorization: authorization)
        guard !resource.isPublic else { throw ServerRefusal(.invalidClient, "a protected resource must authenticate") }
        guard let token = form["token"] else { throw ServerRefusal(.invalidRequest, "token is missing") }
        return liveAccessToken(token, now: now) ?? liveRefreshToken(token, now: now)
    }

    /// Handles revocation (RFC 7009). A refresh token is revoked with its grant, an access token by itself. An unknown
    /// token is no error.
    mutating func revoke(_ form: Form, authorization: String?) throws(ServerRefusal) {
        let client = try authenticate(form, authorization: authorization)
        guard let token = form["token"] else { throw ServerRefusal(.invalidRequest, "token is missing") }
        let id = TokenID(token)
        if let record = refreshTokens[id] {
            try checkOwner(of: record.grant, client)
            revoke(grant: record.grant)
        } else if let record = accessTokens[id] {
            try checkOwner(of: record.grant, client)
            accessTokens[id]?.isRevoked = true
        }
    }

    private func checkOwner(of grant: Int, _ client: RegisteredClient) throws(ServerRefusal) {
        guard grants[grant]?.clientID == client.id else {
            throw ServerRefusal(.unauthorizedClient, "the token was issued to another client")
        }
    }
}
