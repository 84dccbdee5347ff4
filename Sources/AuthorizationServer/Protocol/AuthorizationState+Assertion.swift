import FoundationEssentials
import OAuth

/// Assertions that request a grant (RFC 7523 section 2.1).
extension AuthorizationState {
    private struct Claims: Decodable {
        var iss: String
        var sub: String?
        var aud: String
        var scope: String?
        var jti: String
        var iat: Double
        var exp: Double
    }

    /// The assertion's issuer must be a client with registered keys. No refresh token is issued (RFC 7521 section 4.1).
    mutating func redeemAssertion(_ form: Form, now: Date) throws(ServerRefusal) -> TokenResponse {
        guard let assertion = form["assertion"], let token = ShownToken(assertion),
            let claims = token.claims(as: Claims.self)
        else { throw ServerRefusal(.invalidGrant, "the assertion is none") }
        guard let client = settings.client(claims.iss), let keys = client.keys, token.isSigned(by: keys.keys) else {
            throw ServerRefusal(.invalidGrant, "nobody known has signed the assertion")
        }
        let audiences = settings.quirks.assertionAudience.map { [$0] } ?? [issuer, issuer + "/token"]
        guard audiences.contains(claims.aud) else { throw ServerRefusal(.invalidGrant, "the audience is invalid") }
        guard claims.exp > now.timeIntervalSince1970, claims.iat <= now.timeIntervalSince1970 + 60,
            claims.exp < now.timeIntervalSince1970 + 3600, usedNames.insert(TokenID(claims.jti)).inserted
        else { throw ServerRefusal(.invalidGrant, "the assertion is out of its time, or was used before") }
        guard !settings.quirks.wantsScopeInAssertion || claims.scope != nil else {
            throw ServerRefusal(.invalidScope, "the assertion names no scope")
        }
        let scope = try requestedScope(claims.scope ?? form["scope"])
        let grant = addGrant(IssuedGrant(clientID: client.id, user: claims.sub, scope: scope))
        return issue(grant: grant, IssuedTarget(scope: scope), refreshable: false, now: now)
    }
}
