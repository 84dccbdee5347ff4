package import OAuth

/// The settings of one account: a client at one authorization server, as configured, with the preset's values filled
/// in.
@dynamicMemberLookup
package struct AccountSettings: Sendable, Hashable {
    package var name: String
    /// A label for people; the daemon doesn't interpret it.
    package var label: String?
    /// Everything but the account's name. Accounts of one client often differ only in their name, so they can share one
    /// value.
    @Shared package var terms: AccountTerms

    package init(
        name: String, provider: String? = nil, issuer: String? = nil, client: Client, flow: GrantFlow = .code,
        asksByAssertion: Bool = false, endpoints: Endpoints = Endpoints(), scope: Scope = Scope([]),
        redirectURI: RedirectURI, resource: [String] = [], pushesRequest: Bool = false, provesPossession: Bool = false,
        refreshBeforeExpiry: Duration? = nil, traits: ServerTraits = ServerTraits(),
        vendorSecrets: [String: SecretSource] = [:], expectedUser: String? = nil, tokens: [String: TokenTarget] = [:]
    ) {
        self.name = name
        terms = AccountTerms(
            provider: provider, issuer: issuer, client: client, flow: flow, asksByAssertion: asksByAssertion,
            endpoints: endpoints, scope: scope, redirectURI: redirectURI, resource: resource,
            pushesRequest: pushesRequest, provesPossession: provesPossession,
            refreshBeforeExpiry: refreshBeforeExpiry, traits: traits, vendorSecrets: vendorSecrets,
            expectedUser: expectedUser, tokens: tokens)
    }

    package subscript<Value>(dynamicMember path: WritableKeyPath<AccountTerms, Value>) -> Value {
        get { terms[keyPath: path] }
        set { terms[keyPath: path] = newValue }
    }
}

/// The settings of an account without its name.
package struct AccountTerms: Sendable, Hashable {
    /// The name of the preset, if the account uses one.
    package var provider: String?
    package var issuer: String?
    package var client: Client
    package var flow: GrantFlow
    /// Whether a client that acts for itself requests tokens with a signed assertion (RFC 7523 section 2.1) instead of
    /// its credentials (RFC 6749 section 4.4).
    package var asksByAssertion: Bool
    /// The configured endpoints; the missing ones are taken from the issuer's metadata.
    package var endpoints: Endpoints
    /// The scope of the account's own token. A consent requests that of the further tokens too (`consentScope`).
    package var scope: Scope
    package var redirectURI: RedirectURI
    /// Absolute URIs without a fragment (RFC 8707 section 2).
    package var resource: [String]
    /// Whether authorization requests are pushed even if the server doesn't require it (RFC 9126).
    package var pushesRequest: Bool
    /// Whether tokens are bound to a key of the grant (RFC 9449).
    package var provesPossession: Bool
    /// How long before its expiry an access token is refreshed; nil leaves it to the refresh policy.
    package var refreshBeforeExpiry: Duration?
    /// The server's deviations from the standards, from the preset and the account's keys.
    package var traits: ServerTraits
    /// The secrets that a vendor's API requires besides the access token, by their configuration keys
    /// (`Vendor.secretKeys`).
    package var vendorSecrets: [String: SecretSource]
    /// The user who must consent; nil accepts any user.
    package var expectedUser: String?
    /// The only readers that aren't warned of, such as `unit:backup.service`; with none, no reader is.
    package var expectedReaders: [String] = []
    /// The file that follows the account's own access token.
    package var tokenFile: TokenFile?
    /// Those that follow the further tokens, by their names.
    package var furtherTokenFiles: [String: TokenFile] = [:]
    /// Whether the grant is shared with other hosts, where a shared store is configured.
    package var isShared = false
    /// The access tokens of the grant besides the one that the settings above describe, by their names.
    package var tokens: [String: TokenTarget]
}
