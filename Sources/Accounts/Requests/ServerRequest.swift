import FoundationEssentials
package import OAuth
package import Text

/// A POST to an endpoint of the authorization server at which the client says who it is, ready to be sent. It holds
/// secrets: not for logs.
package struct ServerRequest: Sendable {
    package let endpoint: EndpointURL
    package private(set) var headers: [FormField]
    package let body: Secret

    /// Redeems a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5).
    package static func redeem(_ code: Secret, of request: AuthorizationRequest, proof: ClientProof) -> ServerRequest {
        token(
            request.account, proof,
            [
                FormField("grant_type", "authorization_code"),
                FormField("code", code.expose()),
                FormField("redirect_uri", request.redirectURI),
                FormField("code_verifier", request.pkce.verifier.expose()),
            ])
    }

    /// Uses a refresh token (RFC 6749 section 6), asking for nothing beyond what was granted.
    package static func refresh(
        _ refreshToken: Secret, scope: Scope, account: ResolvedAccount, proof: ClientProof
    ) -> ServerRequest {
        token(
            account, proof,
            [FormField("grant_type", "refresh_token"), FormField("refresh_token", refreshToken.expose())]
                + scope.fields)
    }

    /// Asks for a token of the client's own (RFC 6749 section 4.4.2).
    package static func clientCredentials(
        scope: Scope, account: ResolvedAccount, proof: ClientProof
    ) -> ServerRequest {
        token(account, proof, [FormField("grant_type", "client_credentials")] + scope.fields)
    }

    /// Asks whether the user of a device has answered (RFC 8628 section 3.4).
    package static func poll(_ deviceCode: Secret, account: ResolvedAccount, proof: ClientProof) -> ServerRequest {
        token(
            account, proof,
            [
                FormField("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                FormField("device_code", deviceCode.expose()),
            ])
    }

    /// Starts a device's consent (RFC 8628 section 3.1).
    package static func authorizeDevice(
        at endpoint: EndpointURL, account: ResolvedAccount, proof: ClientProof
    ) -> ServerRequest {
        let settings = account.settings
        let resource = settings.resource.map { FormField("resource", $0) }
        return ServerRequest(endpoint, settings.scope.fields + resource, settings.client, proof)
    }

    /// Pushes the parameters of an authorization request (RFC 9126 section 2.1).
    package static func push(
        _ request: AuthorizationRequest, at endpoint: EndpointURL, proof: ClientProof
    ) -> ServerRequest {
        // The client's name comes with its proof.
        let fields = request.parameters.filter { $0.name != "client_id" }
        return ServerRequest(endpoint, fields, request.settings.client, proof, alwaysNamed: true)
    }

    /// Revokes a token (RFC 7009 section 2.1).
    package static func revoke(
        _ token: Secret, hint: String, at endpoint: EndpointURL, account: ResolvedAccount, proof: ClientProof
    ) -> ServerRequest {
        let fields = [FormField("token", token.expose()), FormField("token_type_hint", hint)]
        return ServerRequest(endpoint, fields, account.settings.client, proof)
    }

    private static func token(_ account: ResolvedAccount, _ proof: ClientProof, _ grant: [FormField]) -> ServerRequest {
        let settings = account.settings
        let own = settings.tokenParameters.filter { !ProtocolParameters.token.contains($0.name) }
        return ServerRequest(
            account.tokenEndpoint, grant + settings.resource.map { FormField("resource", $0) } + own, settings.client,
            proof)
    }

    private init(
        _ endpoint: EndpointURL, _ fields: [FormField], _ client: Client, _ proof: ClientProof,
        alwaysNamed: Bool = false
    ) {
        var fields = fields
        headers = [FormField("Content-Type", FormEncoding.mediaType), FormField("Accept", "application/json")]
        let name = FormField("client_id", client.id)
        switch proof {
        case .basic(let secret):
            // Each half is form-encoded before the whole is base64 (RFC 6749 section 2.3.1). A space becomes %20: it
            // reads the same, also for servers that know no `+`.
            let pair = [client.id, secret.expose()].map { FormEncoding.encode($0).replacing("+", with: "%20") }
                .joined(separator: ":")
            headers.append(FormField("Authorization", "Basic \(Data(pair.utf8).base64EncodedString())"))
            if alwaysNamed { fields.append(name) }
        case .post(let secret): fields += [name, FormField("client_secret", secret.expose())]
        case .assertion(let assertion):
            let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
            fields += [
                name, FormField("client_assertion_type", type), FormField("client_assertion", assertion.expose()),
            ]
        case .name, .certificate: fields.append(name)
        }
        self.endpoint = endpoint
        body = Secret(FormEncoding.encode(fields))
    }

    /// With a proof of possession (RFC 9449 section 5).
    package func proving(_ proof: Secret) -> ServerRequest {
        var request = self
        request.headers.append(FormField("DPoP", proof.expose()))
        return request
    }
}

extension Scope {
    fileprivate var fields: [FormField] { isEmpty ? [] : [FormField("scope", description)] }
}
