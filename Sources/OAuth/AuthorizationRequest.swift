/// One authorization request with PKCE and `state` (RFC 6749 section 4.1.1), and the check of its response.
///
/// `state` and the verifier are of this request alone: a new attempt makes a new one.
package struct AuthorizationRequest: Sendable, Hashable {
    package let settings: AccountSettings
    /// As it is sent on both legs, port included (section 4.1.3).
    package let redirectURI: String
    package let state: Secret
    package let pkce: PKCE

    package init(settings: AccountSettings, redirectURI: String, using random: inout some RandomNumberGenerator) {
        self.settings = settings
        self.redirectURI = redirectURI
        state = RandomText.make(octets: 32, using: &random)
        pkce = PKCE(using: &random)
    }

    /// What the user's browser opens. It holds `state`: not for logs.
    package var url: String {
        let endpoint = settings.endpoints.authorization.text
        let base = endpoint.prefix { $0 != "?" }
        let protocolNames = ProtocolParameters.authorization
        let own = (FormEncoding.decode(endpoint.dropFirst(base.count + 1)) ?? []).filter {
            !protocolNames.contains($0.name)
        }
        let taken = protocolNames.union(own.map(\.name))
        let extra = settings.authorizationParameters.filter { !taken.contains($0.name) }
        return "\(base)?\(FormEncoding.encode(own + parameters + extra))"
    }

    private var parameters: [FormField] {
        var fields = [
            FormField("response_type", "code"),
            FormField("client_id", settings.client.id),
            FormField("redirect_uri", redirectURI),
        ]
        if !settings.scope.isEmpty { fields.append(FormField("scope", settings.scope.description)) }
        fields += [
            FormField("state", state.expose()),
            FormField("code_challenge", pkce.challenge),
            FormField("code_challenge_method", "S256"),
        ]
        return fields + settings.resource.map { FormField("resource", $0) }
    }

    /// Judges what arrived on the redirect URI: `state`, then `iss`, then `error` or `code`.
    package func check(_ fields: [FormField]) -> AuthorizationResponse {
        func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
        let states = values("state")
        guard states.count == 1, Secret(states[0]).equalsInConstantTime(state) else { return .foreign }
        let issuers = values("iss")
        if let expected = settings.issuer, issuers.contains(where: { $0 != expected }) {
            return .mixedUp(issuer: UntrustedText.clean(issuers[0]))
        }
        let (codes, errors) = (values("code"), values("error"))
        switch (codes.count, errors.count) {
        case (1, 0) where !codes[0].isEmpty: return .code(Secret(codes[0]))
        case (0, 1):
            return .refused(
                OAuthError(
                    code: errors[0], description: values("error_description").first, uri: values("error_uri").first))
        default: return .malformed
        }
    }
}

/// What a response on the redirect URI means.
package enum AuthorizationResponse: Sendable, Hashable {
    /// `state` is missing or wrong: it belongs to no request of ours and changes nothing.
    case foreign
    /// Another authorization server than the one that was asked sent it (RFC 9207 section 2.4).
    case mixedUp(issuer: String)
    case refused(OAuthError)
    case code(Secret)
    /// Neither one code nor one error.
    case malformed
}
