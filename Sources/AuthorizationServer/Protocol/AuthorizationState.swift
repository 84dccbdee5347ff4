import FoundationEssentials
import OAuth

/// The state of the authorization server and the rules by which it changes. A pure value: no I/O, and the time is a
/// parameter of each call.
struct AuthorizationState: Sendable {
    var settings: ServerSettings
    let issuer: String
    var pending: [TokenID: PendingConsent] = [:]
    var codes: [TokenID: CodeRecord] = [:]
    var pushed: [TokenID: PushedRecord] = [:]
    /// The `jti` values of proofs and assertions that have been used.
    var usedNames: Set<TokenID> = []
    var devices: [TokenID: DeviceRecord] = [:]
    var grants: [Int: IssuedGrant] = [:]
    var refreshTokens: [TokenID: RefreshTokenRecord] = [:]
    var accessTokens: [TokenID: AccessTokenRecord] = [:]
    /// The tokens that manage registrations, by client.
    var registrationTokens: [String: TokenID] = [:]
    private var lastGrant = 0

    init(settings: ServerSettings, issuer: String) {
        self.settings = settings
        self.issuer = issuer
    }

    mutating func addGrant(_ grant: IssuedGrant) -> Int {
        lastGrant += 1
        grants[lastGrant] = grant
        return lastGrant
    }

    /// Revokes a grant with all its tokens.
    mutating func revoke(grant: Int) {
        grants[grant]?.isRevoked = true
    }

    /// Issues an access token for a grant, with a refresh token if `refreshable`.
    mutating func issue(grant id: Int, _ target: IssuedTarget, refreshable: Bool, now: Date) -> TokenResponse {
        let scope = target.scope
        let access = settings.makeToken()
        accessTokens[TokenID(access)] = AccessTokenRecord(
            grant: id, scope: scope, resources: target.resources, issued: now,
            expires: now + settings.accessTokenLife.timeInterval)
        var reply = TokenResponse(
            accessToken: access, expiresIn: Int(settings.accessTokenLife.components.seconds), refreshToken: nil,
            scope: scope, tokenType: grants[id]?.boundTo == nil ? "Bearer" : "DPoP",
            idToken: grants[id].flatMap { idToken($0, scope: scope, now: now) })
        if refreshable {
            let refresh = settings.makeToken()
            refreshTokens[TokenID(refresh)] = RefreshTokenRecord(
                grant: id, expires: settings.refreshTokenLife.map { now + $0.timeInterval })
            reply.refreshToken = refresh
        }
        return reply
    }

    /// The scope that a request asks for, or the default scope where it names none.
    func requestedScope(_ text: String?) throws(ServerRefusal) -> Scope {
        guard let text else { return settings.defaultScope }
        let tokens = text.split(separator: " ").map(String.init)
        guard !tokens.isEmpty, tokens.allSatisfy(Self.isScopeToken) else {
            throw ServerRefusal(.invalidScope, "the scope is malformed")
        }
        guard settings.scopes.isEmpty || tokens.allSatisfy({ token in settings.scopes.contains { $0.token == token } })
        else { throw ServerRefusal(.invalidScope, "this server doesn't offer one of the scopes") }
        return Scope(tokens)
    }

    /// Removes expired entries that no request can use any more. Used codes stay for a while, so that a second use is
    /// noticed.
    mutating func sweep(now: Date) {
        pending = pending.filter { $0.value.expires > now }
        codes = codes.filter { $0.value.expires + 600 > now }
        devices = devices.filter { $0.value.expires + 600 > now }
        pushed = pushed.filter { $0.value.expires > now }
        accessTokens = accessTokens.filter { $0.value.expires > now }
    }

    private static func isScopeToken(_ token: String) -> Bool {
        token.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
    }
}

/// A successful reply of the token endpoint.
struct TokenResponse: Sendable {
    var accessToken: String
    /// The access token's lifetime in seconds.
    var expiresIn: Int
    var refreshToken: String?
    var scope: Scope
    var tokenType = "Bearer"
    var idToken: String?
}

extension Duration {
    var timeInterval: TimeInterval {
        TimeInterval(components.seconds) + TimeInterval(components.attoseconds) / 1e18
    }
}
