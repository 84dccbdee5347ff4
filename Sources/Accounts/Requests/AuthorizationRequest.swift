package import OAuth
package import Text

/// One authorization request with PKCE and `state` (RFC 6749 section 4.1.1), and the check of its response.
///
/// `state`, the verifier and `nonce` are of this request alone: a new attempt makes new ones.
package struct AuthorizationRequest: Sendable, Hashable {
    package let account: ResolvedAccount
    package let endpoint: EndpointURL
    /// As it is sent on both legs, port included (section 4.1.3).
    package let redirectURI: String
    package let state: Secret
    package let pkce: PKCE
    /// What the id_token must repeat, where one is asked for (OpenID Connect Core section 3.1.2.1).
    package let nonce: Secret?

    package init(
        account: ResolvedAccount, endpoint: EndpointURL, redirectURI: String,
        using random: inout some RandomNumberGenerator
    ) {
        self.account = account
        self.endpoint = endpoint
        self.redirectURI = redirectURI
        state = RandomText.make(octets: 32, using: &random)
        pkce = PKCE(using: &random)
        nonce = account.settings.scope.contains("openid") ? RandomText.make(octets: 16, using: &random) : nil
    }

    package var settings: AccountSettings { account.settings }

    /// What the user's browser opens. It holds `state`: not for logs.
    package var url: String { url(with: parameters) }

    /// What the browser opens where the parameters were pushed (RFC 9126 section 4).
    package func url(pushedAs requestURI: String) -> String {
        url(with: [FormField("client_id", settings.client.id), FormField("request_uri", requestURI)])
    }

    private func url(with parameters: [FormField]) -> String {
        let base = endpoint.text.prefix { $0 != "?" }
        let own = (FormEncoding.decode(endpoint.text.dropFirst(base.count + 1)) ?? []).filter {
            !ProtocolParameters.authorization.contains($0.name)
        }
        // A query that the endpoint has stays; the configuration can't repeat one of its names.
        let names = Set(own.map(\.name))
        return "\(base)?\(FormEncoding.encode(own + parameters.filter { !names.contains($0.name) }))"
    }

    /// All that is asked, with what the configuration adds.
    package var parameters: [FormField] {
        let extra = settings.authorizationParameters.filter { !ProtocolParameters.authorization.contains($0.name) }
        let asksToPrompt = asksForOfflineAccess && !extra.contains { $0.name == "prompt" }
        return protocolParameters + (asksToPrompt ? [FormField("prompt", "consent")] : []) + extra
    }

    /// Servers of OpenID Connect refuse offline access, or leave it out without a word, where the user isn't asked for
    /// consent (OpenID Connect Core section 11). A preset knows its server better.
    private var asksForOfflineAccess: Bool {
        settings.provider == nil && settings.scope.contains("openid") && settings.scope.contains("offline_access")
    }

    private var protocolParameters: [FormField] {
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
        if let nonce { fields.append(FormField("nonce", nonce.expose())) }
        return fields + settings.resource.map { FormField("resource", $0) }
    }

    /// Judges what arrived on the redirect URI: `state`, then `iss`, then `error` or `code`.
    package func check(_ fields: [FormField]) -> AuthorizationResponse {
        func values(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }
        // What is shown of a response never shows `state`, wherever the sender has put it.
        func shown(_ text: String) -> String { text.replacing(state.expose(), with: "…") }
        let states = values("state")
        guard states.count == 1, Secret(states[0]).equalsInConstantTime(state) else { return .foreign }
        let issuers = values("iss")
        if let issuer = settings.expectedIssuer, let other = issuers.first(where: { !issuer.matches($0) }) {
            return .mixedUp(issuer: UntrustedText.clean(shown(other)))
        }
        let (codes, errors) = (values("code"), values("error"))
        let error = errors.first.map {
            OAuthError(
                shown($0), description: values("error_description").first.map(shown),
                uri: values("error_uri").first.map(shown))
        }
        if account.promisesIssuer, issuers.isEmpty { return .mixedUp(issuer: nil, error: error) }
        switch (codes.count, errors.count) {
        case (1, 0) where !codes[0].isEmpty: return .code(Secret(codes[0]))
        case (0, 1): return error.map { .refused($0) } ?? .malformed
        default: return .malformed
        }
    }
}

/// What a response on the redirect URI means.
package enum AuthorizationResponse: Sendable, Hashable {
    /// `state` is missing or wrong: it belongs to no request of ours and changes nothing.
    case foreign
    /// Another authorization server than the one that was asked sent it, or one that doesn't say its name although
    /// ours promises to (RFC 9207 section 2.4); nil stands for the latter, with the error that it tells.
    case mixedUp(issuer: String?, error: OAuthError? = nil)
    case refused(OAuthError)
    case code(Secret)
    /// Neither one code nor one error.
    case malformed
}
