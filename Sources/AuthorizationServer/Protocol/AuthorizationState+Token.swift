import FoundationEssentials
import OAuth

extension AuthorizationState {
    static let deviceGrantType = "urn:ietf:params:oauth:grant-type:device_code"
    static let assertionGrantType = "urn:ietf:params:oauth:grant-type:jwt-bearer"

    /// The token endpoint (RFC 6749 section 3.2).
    ///
    /// `key` is the thumbprint of the key in the request's proof of possession.
    mutating func token(
        _ form: Form, authorization: String?, key: String? = nil, now: Date
    ) throws(ServerRefusal) -> TokenResponse {
        sweep(now: now)
        guard !form.hasRepetitions else { throw ServerRefusal(.invalidRequest, "a parameter is repeated") }
        if form["grant_type"] == Self.assertionGrantType { return try redeemAssertion(form, now: now) }
        let client = try authenticate(form, authorization: authorization)
        switch form["grant_type"] {
        case nil: throw ServerRefusal(.invalidRequest, "grant_type is missing")
        case "authorization_code": return try redeem(form, by: client, key: key, now: now)
        case "refresh_token": return try refresh(form, by: client, key: key, now: now)
        case "client_credentials": return try actForItself(form, client: client, key: key, now: now)
        case Self.deviceGrantType: return try poll(form, by: client, key: key, now: now)
        default: throw ServerRefusal(.unsupportedGrantType, "this grant type is not known")
        }
    }

    /// RFC 6749 section 4.1.3. Any attempt by the right client uses up the code; a second one revokes what the first
    /// got.
    private mutating func redeem(
        _ form: Form, by client: RegisteredClient, key: String?, now: Date
    ) throws(ServerRefusal) -> TokenResponse {
        guard let code = form["code"] else { throw ServerRefusal(.invalidRequest, "code is missing") }
        let id = TokenID(code)
        guard let record = codes[id], record.clientID == client.id else {
            throw ServerRefusal(.invalidGrant, "the code is not known")
        }
        guard !record.isUsed else {
            if let grant = record.grant { revoke(grant: grant) }
            throw ServerRefusal(.invalidGrant, "the code was used before: what it gave is revoked")
        }
        codes[id]?.isUsed = true
        guard record.expires > now else { throw ServerRefusal(.invalidGrant, "the code has expired") }
        let sent = form["redirect_uri"]
        guard sent == record.request.redirectURI || (sent == nil && !record.request.namesRedirectURI) else {
            throw ServerRefusal(.invalidGrant, "redirect_uri is not that of the authorization request")
        }
        try check(verifier: form["code_verifier"], challenge: record.request.codeChallenge)
        let issued = IssuedGrant(
            clientID: client.id, user: record.user, scope: record.scope, boundTo: key, nonce: record.request.nonce,
            resources: record.request.resources)
        let target = try redeemedTarget(form, of: issued)
        let grant = addGrant(issued)
        codes[id]?.grant = grant
        return issue(grant: grant, target, refreshable: true, now: now)
    }

    private func check(verifier: String?, challenge: String?) throws(ServerRefusal) {
        switch (verifier, challenge) {
        case (nil, nil): return
        case (let verifier?, let challenge?):
            guard CodeChallenge.isWellFormed(verifier: verifier) else {
                throw ServerRefusal(.invalidRequest, "code_verifier is malformed")
            }
            guard CodeChallenge.matches(verifier: verifier, challenge: challenge) else {
                throw ServerRefusal(.invalidGrant, "code_verifier does not match the challenge")
            }
        case (nil, _?): throw ServerRefusal(.invalidGrant, "code_verifier is missing")
        // Somebody may have removed the challenge from the request (RFC 9700 section 4.8.2).
        case (_?, nil): throw ServerRefusal(.invalidGrant, "code_verifier is there although no code_challenge was sent")
        }
    }

    /// RFC 6749 section 6 and RFC 9700 section 4.14.2.
    private mutating func refresh(
        _ form: Form, by client: RegisteredClient, key: String?, now: Date
    ) throws(ServerRefusal) -> TokenResponse {
        guard let token = form["refresh_token"] else {
            throw ServerRefusal(.invalidRequest, "refresh_token is missing")
        }
        let id = TokenID(token)
        guard let record = refreshTokens[id], let grant = grants[record.grant], grant.clientID == client.id else {
            throw ServerRefusal(.invalidGrant, "the refresh token is not known")
        }
        guard grant.boundTo == key else {
            throw ServerRefusal(.invalidDPoPProof, "the grant is bound to another key")
        }
        guard !grant.isRevoked else { throw ServerRefusal(.invalidGrant, "the grant is revoked") }
        guard record.expires.map({ $0 > now }) != false else {
            throw ServerRefusal(.invalidGrant, "the refresh token has expired")
        }
        guard record.replaced == nil || isForgivable(record, now: now) else {
            revoke(grant: record.grant)
            throw ServerRefusal(.invalidGrant, "the refresh token was used before: the grant is revoked")
        }
        let target = try refreshedTarget(form, of: grant)
        guard case .rotating = settings.refreshTokens else {
            return issue(grant: record.grant, target, refreshable: false, now: now)
        }
        if record.replaced == nil { refreshTokens[id]?.replaced = now } else { refreshTokens[id]?.isForgiven = true }
        return issue(grant: record.grant, target, refreshable: true, now: now)
    }

    private func isForgivable(_ record: RefreshTokenRecord, now: Date) -> Bool {
        guard case .rotating(let grace) = settings.refreshTokens, let replaced = record.replaced else { return false }
        return !record.isForgiven && now < replaced + grace.timeInterval
    }

    /// RFC 6749 section 4.4.
    private mutating func actForItself(
        _ form: Form, client: RegisteredClient, key: String?, now: Date
    ) throws(ServerRefusal) -> TokenResponse {
        guard !client.isPublic else {
            throw ServerRefusal(.unauthorizedClient, "client_credentials is for confidential clients")
        }
        let scope = try requestedScope(form["scope"])
        let resources = try requestedResources(form)
        let grant = addGrant(
            IssuedGrant(clientID: client.id, user: nil, scope: scope, boundTo: key, resources: resources))
        return issue(
            grant: grant, IssuedTarget(scope: scope, resources: resources), refreshable: false, now: now)
    }
}
