package import OAuth
package import Text

/// One authorization request with `state` and, if the server supports it, PKCE (RFC 6749 section 4.1.1), and the
/// validation of its response.
///
/// `state`, the verifier and `nonce` are used for this request only: each attempt makes new ones.
package struct AuthorizationRequest: Sendable, Hashable {
    package let account: ResolvedAccount
    package let endpoint: EndpointURL
    /// The redirect URI as sent in both requests, port included (section 4.1.3).
    package let redirectURI: String
    package let state: Secret
    package let pkce: PKCE
    /// The value that the id_token must repeat, if one is requested (OpenID Connect Core section 3.1.2.1).
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
        nonce = account.settings.consentScope.contains("openid") ? RandomText.make(octets: 16, using: &random) : nil
    }

    package var settings: AccountSettings { account.settings }

    /// The URL that the user's browser opens. It contains `state`: never log it.
    package var url: String { url(with: parameters) }

    /// The URL that the browser opens after the parameters were pushed (RFC 9126 section 4).
    package func url(pushedAs requestURI: String) -> String {
        url(with: [FormField("client_id", settings.client.id), FormField("request_uri", requestURI)])
    }

    private func url(with parameters: [FormField]) -> String {
        let base = endpoint.text.prefix { $0 != "?" }
        let own = (FormEncoding.decode(endpoint.text.dropFirst(base.count + 1)) ?? []).filter {
            !ProtocolParameters.authorization.contains($0.name)
        }
        // The endpoint's own query is kept, and its parameters aren't repeated.
        let names = Set(own.map(\.name))
        return "\(base)?\(FormEncoding.encode(own + parameters.filter { !names.contains($0.name) }))"
    }

    /// All request parameters, including the configured ones.
    package var parameters: [FormField] {
        let required = protocolParameters + account.demands.fields
        let taken = ProtocolParameters.authorization.union(required.map(\.name))
        let extra = settings.traits.authorizationParameters.filter { !taken.contains($0.name) }
        let asksToPrompt = asksForOfflineAccess && !extra.contains { $0.name == "prompt" }
        return required + (asksToPrompt ? [FormField("prompt", "consent")] : []) + extra
    }

    /// OpenID Connect servers refuse offline access, or silently leave it out, unless the user is prompted for consent
    /// (OpenID Connect Core section 11). A preset already contains what its server needs.
    private var asksForOfflineAccess: Bool {
        settings.provider == nil && settings.traits.promptsForOfflineAccess && settings.consentScope.contains("openid")
            && settings.consentScope.contains("offline_access")
    }

    private var protocolParameters: [FormField] {
        var fields = [
            FormField("response_type", "code"),
            FormField("client_id", settings.client.id),
            FormField("redirect_uri", redirectURI),
        ]
        let traits = settings.traits
        let scope = settings.consentScope
        if !scope.isEmpty { fields.append(FormField(traits.scopeParameter, traits.scopeSeparator.join(scope))) }
        fields.append(FormField("state", state.expose()))
        if traits.usesPKCE {
            fields += [
                FormField("code_challenge", pkce.challenge), FormField("code_challenge_method", "S256"),
            ]
        }
        if let nonce { fields.append(FormField("nonce", nonce.expose())) }
        return fields + settings.consentResource.map { FormField("resource", $0) }
    }
}
