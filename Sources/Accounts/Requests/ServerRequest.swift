import FoundationEssentials
package import OAuth
package import Text

/// A POST request to an endpoint of the authorization server, with the client's authentication, ready to be sent. It
/// contains secrets: never log it.
package struct ServerRequest: Sendable {
    package let endpoint: EndpointURL
    package private(set) var headers: [FormField]
    package let body: Secret
    /// The secrets in the request, to be masked where the server's reply repeats them.
    package private(set) var secrets: [Secret]

    /// Redeems a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
    package static func redeem(_ code: Secret, of request: AuthorizationRequest, proof: ClientProof) -> ServerRequest {
        var fields = [
            FormField("grant_type", "authorization_code"),
            FormField("code", code.expose()),
            FormField("redirect_uri", request.redirectURI),
        ]
        if request.settings.traits.usesPKCE {
            fields.append(FormField("code_verifier", request.pkce.verifier.expose()))
        }
        return token(request.account, proof, fields + request.account.ownScopeFields)
    }

    /// Uses a refresh token (RFC 6749 section 6) and requests nothing beyond what was granted.
    package static func refresh(
        _ refreshToken: Secret, scope: Scope, account: ResolvedAccount, proof: ClientProof
    ) -> ServerRequest {
        let fields = [FormField("grant_type", "refresh_token"), FormField("refresh_token", refreshToken.expose())]
        let asked = account.settings.traits.sendsScopeOnRefresh ? account.scopeFields(scope) : []
        return token(account, proof, fields + asked)
    }

    /// Requests a token for the client itself (RFC 6749 section 4.4.2).
    package static func clientCredentials(
        scope: Scope, account: ResolvedAccount, proof: ClientProof
    ) -> ServerRequest {
        token(account, proof, [FormField("grant_type", "client_credentials")] + account.scopeFields(scope))
    }

    /// Requests a token with a signed assertion (RFC 7523 section 2.1), which also identifies the client.
    package static func assert(
        _ assertion: Secret, scope: Scope, account: ResolvedAccount, proof: ClientProof
    ) -> ServerRequest {
        let fields = [
            FormField("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
            FormField("assertion", assertion.expose()),
        ]
        return token(account, proof, fields + account.scopeFields(scope), isNamed: false)
    }

    /// Polls for the answer of a device's user (RFC 8628 section 3.4).
    package static func poll(
        _ device: DeviceAuthorization, account: ResolvedAccount, proof: ClientProof
    ) -> ServerRequest {
        var request = token(
            account, proof,
            [
                FormField("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                FormField("device_code", device.deviceCode.expose()),
            ] + account.ownScopeFields)
        // Whoever reads the user's code in a log could answer in the user's place.
        request.secrets += device.userSecrets
        return request
    }

    /// Requests a user code for a device (RFC 8628 section 3.1).
    package static func authorizeDevice(
        at endpoint: EndpointURL, account: ResolvedAccount, proof: ClientProof
    ) -> ServerRequest {
        let settings = account.settings
        let resource = settings.consentResource.map { FormField("resource", $0) }
        return ServerRequest(endpoint, account.scopeFields(settings.consentScope) + resource, settings, proof)
    }

    /// Pushes the parameters of an authorization request (RFC 9126 section 2.1).
    package static func push(
        _ request: AuthorizationRequest, at endpoint: EndpointURL, proof: ClientProof
    ) -> ServerRequest {
        // The client authentication already adds `client_id`.
        let fields = request.parameters.filter { $0.name != "client_id" }
        return ServerRequest(endpoint, fields, request.settings, proof, isAlwaysNamed: true)
    }

    /// Revokes a token (RFC 7009 section 2.1).
    package static func revoke(
        _ token: Secret, hint: String, at endpoint: EndpointURL, account: ResolvedAccount, proof: ClientProof
    ) -> ServerRequest {
        let fields = [FormField("token", token.expose()), FormField("token_type_hint", hint)]
        return ServerRequest(
            endpoint, fields, account.settings, proof, format: account.settings.traits.bodyFormat)
    }

    private static func token(
        _ account: ResolvedAccount, _ proof: ClientProof, _ grant: [FormField], isNamed: Bool = true
    ) -> ServerRequest {
        let settings = account.settings
        let fields = grant + settings.resource.map { FormField("resource", $0) }
        let taken = ProtocolParameters.token.union(fields.map(\.name))
        let own = settings.traits.tokenParameters.filter { !taken.contains($0.name) }
        return ServerRequest(
            account.tokenEndpoint, fields + own, settings, proof, isNamed: isNamed, format: settings.traits.bodyFormat)
    }

    /// `isNamed` is false if a client without authentication must not add `client_id`. With `isAlwaysNamed`, a client
    /// that authenticates in a header sends `client_id` in the body too.
    private init(
        _ endpoint: EndpointURL, _ fields: [FormField], _ settings: AccountSettings, _ proof: ClientProof,
        isNamed: Bool = true, isAlwaysNamed: Bool = false, format: BodyFormat = .form
    ) {
        let shown = proof.shown(by: settings.client.id, encodesBasic: settings.traits.encodesBasic)
        var proofFields = shown.fields
        if case .name = proof, !isNamed { proofFields = [] }
        if proofFields.isEmpty, isAlwaysNamed { proofFields = [FormField("client_id", settings.client.id)] }
        self.endpoint = endpoint
        body = format.write(fields + proofFields)
        let inBody = (fields + proofFields).filter { ProtocolParameters.secret.contains($0.name) }
        secrets = shown.secrets + inBody.map { Secret($0.value) } + settings.traits.secrets
        headers = [FormField("Content-Type", format.mediaType), FormField("Accept", "application/json")]
        let own = settings.traits.requestHeaders
        headers.removeAll { header in own.contains { $0.name.lowercased() == header.name.lowercased() } }
        headers += shown.headers + own
    }

    /// Returns the request with a proof of possession added (RFC 9449 section 5).
    package func proving(_ proof: Secret) -> ServerRequest {
        var request = self
        request.headers.append(FormField("DPoP", proof.expose()))
        request.secrets.append(proof)
        return request
    }
}

extension ServerTraits {
    private static let secretWords = ["key", "secret", "token", "password", "auth", "credential"]

    /// The values of the configured headers and parameters whose names indicate a secret.
    fileprivate var secrets: [Secret] {
        (requestHeaders + tokenParameters)
            .filter { field in Self.secretWords.contains { field.name.lowercased().contains($0) } }
            .map { Secret($0.value) }
    }
}

extension ResolvedAccount {
    /// The scope of the account's own token, where the consent was asked for more. RFC 6749 section 4.1.3 has no such
    /// parameter, and a server ignores it (section 3.2) unless its access tokens are each for one resource only.
    fileprivate var ownScopeFields: [FormField] {
        settings.consentScope == settings.scope ? [] : scopeFields(settings.scope)
    }

    fileprivate func scopeFields(_ scope: Scope) -> [FormField] {
        scope.isEmpty ? [] : [FormField("scope", settings.traits.scopeSeparator.join(scope))]
    }
}
