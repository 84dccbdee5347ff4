package import OAuth
package import Text

/// One authorization request with `state` and, where the server takes it, PKCE (RFC 6749 section 4.1.1), and the check
/// of its response.
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
        let required = protocolParameters + account.demands.fields
        let taken = ProtocolParameters.authorization.union(required.map(\.name))
        let extra = settings.traits.authorizationParameters.filter { !taken.contains($0.name) }
        let asksToPrompt = asksForOfflineAccess && !extra.contains { $0.name == "prompt" }
        return required + (asksToPrompt ? [FormField("prompt", "consent")] : []) + extra
    }

    /// Servers of OpenID Connect refuse offline access, or leave it out without a word, where the user isn't asked for
    /// consent (OpenID Connect Core section 11). A preset knows its server better.
    private var asksForOfflineAccess: Bool {
        settings.provider == nil && settings.traits.promptsForOfflineAccess && settings.scope.contains("openid")
            && settings.scope.contains("offline_access")
    }

    private var protocolParameters: [FormField] {
        var fields = [
            FormField("response_type", "code"),
            FormField("client_id", settings.client.id),
            FormField("redirect_uri", redirectURI),
        ]
        let traits = settings.traits
        if !settings.scope.isEmpty {
            fields.append(FormField(traits.scopeParameter, traits.scopeSeparator.join(settings.scope)))
        }
        fields.append(FormField("state", state.expose()))
        if traits.usesPKCE {
            fields += [
                FormField("code_challenge", pkce.challenge), FormField("code_challenge_method", "S256"),
            ]
        }
        if let nonce { fields.append(FormField("nonce", nonce.expose())) }
        return fields + settings.resource.map { FormField("resource", $0) }
    }
}
