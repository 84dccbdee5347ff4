import Accounts
import FoundationEssentials
import Grants
import OAuth
import Text

/// A further access token as it is encoded for the store. Its time of issue is stated relative to that of the account's
/// own token, so that both are equally exact after a reboot.
struct TokenRecord: Codable, Sendable {
    var targetScope: [String]
    var targetResource: [String]?
    var targetAudience: String?
    var accessToken: String
    var tokenType: String
    var scope: [String]
    /// Seconds between the issue of the account's own token and of this one; negative if this one is older.
    var issuedAfter: Double
    /// nil if the server states none.
    var lifetime: Double?
    var refreshIn: Double?
    var extra: [String: ExtraMember]?

    init(_ token: HeldToken, issued: Instant) {
        targetScope = token.target.scope.tokens
        targetResource = token.target.resource.isEmpty ? nil : token.target.resource
        targetAudience = token.target.audience
        accessToken = token.accessToken.expose()
        tokenType = token.tokenType
        scope = token.scope.tokens
        issuedAfter = (token.issued.instant - issued).timeInterval
        lifetime = token.statedLifetime?.timeInterval
        refreshIn = token.refreshIn?.timeInterval
        extra = token.extra.isEmpty ? nil : token.extra
    }

    /// `issued` is when the token was issued, by the clocks of this boot.
    func held(issued: Moment) -> HeldToken {
        HeldToken(
            target: TokenTarget(
                scope: Scope(targetScope), resource: targetResource ?? [], audience: targetAudience),
            accessToken: Secret(accessToken), tokenType: tokenType, scope: Scope(scope),
            issued: issued, lifetime: lifetime.map { .seconds($0) },
            refreshIn: refreshIn.map { .seconds($0) }, extra: extra ?? [:])
    }
}
