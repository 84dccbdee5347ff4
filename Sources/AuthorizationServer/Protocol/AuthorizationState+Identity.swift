import FoundationEssentials
import OAuth

/// The part of OpenID Connect that tests of clients need.
extension AuthorizationState {
    private struct Claims: Encodable {
        var iss: String
        var sub: String
        var aud: String
        var exp: Int
        var iat: Int
        var nonce: String?
    }

    /// The id_token of a grant; nil where the scope doesn't ask for one, or the grant has no user.
    func idToken(_ grant: IssuedGrant, scope: Scope, now: Date) -> String? {
        guard scope.contains("openid"), let user = grant.user else { return nil }
        let issued = Int(now.timeIntervalSince1970)
        let claims = Claims(
            iss: issuer, sub: user, aud: grant.clientID, exp: issued + 300, iat: issued, nonce: grant.nonce)
        return try? settings.signingKey.sign(claims)
    }

    var keySet: [JSONWebKey] { [settings.signingKey.webKey] }
}

/// A JSON Web Key Set (RFC 7517 section 5).
struct KeySetBody: Encodable {
    let keys: [JSONWebKey]
}
