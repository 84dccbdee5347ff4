import FoundationEssentials

/// A POST to the token endpoint, ready to be sent. It holds secrets: not for logs.
package struct TokenRequest: Sendable {
    package let endpoint: EndpointURL
    package let headers: [FormField]
    package let body: Secret

    /// Redeems a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
    package static func redeem(
        _ code: Secret, of request: AuthorizationRequest, clientSecret: Secret?
    ) -> TokenRequest {
        TokenRequest(
            settings: request.settings, clientSecret: clientSecret,
            grant: [
                FormField("grant_type", "authorization_code"),
                FormField("code", code.expose()),
                FormField("redirect_uri", request.redirectURI),
                FormField("code_verifier", request.pkce.verifier.expose()),
            ])
    }

    /// Uses a refresh token (RFC 6749 section 6), asking for nothing beyond what was granted.
    package static func refresh(
        _ refreshToken: Secret, scope: Scope, settings: AccountSettings, clientSecret: Secret?
    ) -> TokenRequest {
        var grant = [
            FormField("grant_type", "refresh_token"),
            FormField("refresh_token", refreshToken.expose()),
        ]
        if !scope.isEmpty { grant.append(FormField("scope", scope.description)) }
        return TokenRequest(settings: settings, clientSecret: clientSecret, grant: grant)
    }

    private init(settings: AccountSettings, clientSecret: Secret?, grant: [FormField]) {
        var fields = grant + settings.resource.map { FormField("resource", $0) }
        var headers = [
            FormField("Content-Type", FormEncoding.mediaType),
            FormField("Accept", "application/json"),
        ]
        let client = settings.client
        switch (client.authentication, clientSecret) {
        case (.clientSecretBasic, let secret?):
            // Each half is form-encoded before the whole is base64 (RFC 6749 section 2.3.1).
            let pair = "\(FormEncoding.encode(client.id)):\(FormEncoding.encode(secret.expose()))"
            headers.append(FormField("Authorization", "Basic \(Data(pair.utf8).base64EncodedString())"))
        case (.clientSecretPost, let secret?):
            fields += [FormField("client_id", client.id), FormField("client_secret", secret.expose())]
        case (_, nil), (.none, _):
            fields.append(FormField("client_id", client.id))
        }
        let taken = ProtocolParameters.token
        fields += settings.tokenParameters.filter { !taken.contains($0.name) }
        endpoint = settings.endpoints.token
        self.headers = headers
        body = Secret(FormEncoding.encode(fields))
    }
}
