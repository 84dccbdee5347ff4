package import OAuth

/// One client at one authorization server, as the configuration states it with the preset filled in.
@dynamicMemberLookup
package struct AccountSettings: Sendable, Hashable {
    package var name: String
    /// For people; it means nothing to the daemon.
    package var label: String?
    /// All but what the account is called. Accounts of one client often differ only in their name: they can share one value.
    package var terms: Shared<AccountTerms>

    package init(
        name: String, provider: String? = nil, issuer: String? = nil, client: Client, flow: GrantFlow = .code,
        asksByAssertion: Bool = false, endpoints: Endpoints = Endpoints(), scope: Scope = Scope([]),
        redirectURI: RedirectURI, resource: [String] = [], pushesRequest: Bool = false, provesPossession: Bool = false,
        refreshBeforeExpiry: Duration? = nil, traits: ServerTraits = ServerTraits(),
        vendorSecrets: [String: SecretSource] = [:], expectedUser: String? = nil
    ) {
        self.name = name
        terms = .value(
            AccountTerms(
                provider: provider, issuer: issuer, client: client, flow: flow, asksByAssertion: asksByAssertion,
                endpoints: endpoints, scope: scope, redirectURI: redirectURI, resource: resource,
                pushesRequest: pushesRequest, provesPossession: provesPossession,
                refreshBeforeExpiry: refreshBeforeExpiry, traits: traits, vendorSecrets: vendorSecrets,
                expectedUser: expectedUser))
    }

    package subscript<Value>(dynamicMember path: WritableKeyPath<AccountTerms, Value>) -> Value {
        get { terms.value[keyPath: path] }
        set { terms.value[keyPath: path] = newValue }
    }
}

/// What the settings of an account say, whatever its name.
package struct AccountTerms: Sendable, Hashable {
    /// The name of the preset, where there is one.
    package var provider: String?
    package var issuer: String?
    package var client: Client
    package var flow: GrantFlow
    /// Whether a client that acts for itself asks with a signed assertion (RFC 7523 section 2.1) in the place of its
    /// credentials (RFC 6749 section 4.4).
    package var asksByAssertion: Bool
    /// What is stated; the rest comes from the issuer's metadata.
    package var endpoints: Endpoints
    /// What a consent asks for.
    package var scope: Scope
    package var redirectURI: RedirectURI
    /// Absolute URIs without fragment (RFC 8707 section 2).
    package var resource: [String]
    /// Whether the parameters are pushed even where the server doesn't require it (RFC 9126).
    package var pushesRequest: Bool
    /// Whether tokens are bound to a key of the grant (RFC 9449).
    package var provesPossession: Bool
    /// How long before its expiry an access token is refreshed; nil leaves that to the schedule.
    package var refreshBeforeExpiry: Duration?
    /// What the preset and the account's keys say of the server's ways.
    package var traits: ServerTraits
    /// What a vendor's API asks for beside the access token, by the key that states it (`Vendor.secretKeys`).
    package var vendorSecrets: [String: SecretSource]
    /// Who must consent; nil where anybody may.
    package var expectedUser: String?
}

/// A value behind a reference, so that those who have an equal one can have the same.
package indirect enum Shared<Value: Sendable & Hashable>: Sendable, Hashable {
    case value(Value)

    package var value: Value {
        get {
            switch self {
            case .value(let value): value
            }
        }
        set { self = .value(newValue) }
    }
}
