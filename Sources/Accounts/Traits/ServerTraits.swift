package import OAuth
package import Text

/// What an authorization server does differently from the standards, or wants beyond them. A preset states what is
/// known of its server; the keys of an account override it.
///
/// A further quirk is one field here, or of `ReplyTraits` where it shows in replies only, and one line of `TraitKey.all`,
/// the keys of the configuration.
package struct ServerTraits: Sendable, Hashable {
    // MARK: Who the client is

    /// Whether id and secret are form-encoded before HTTP Basic joins them (RFC 6749 section 2.3.1).
    package var encodesBasic = true
    /// Whether a client without a secret authenticates by HTTP Basic with an empty password.
    package var sendsEmptySecret = false
    /// By which digests of its certificate an assertion names its key.
    package var thumbprints = CertificateThumbprints.both
    /// Claims of a grant's assertion, before those that are there by themselves; one without a value is left out.
    package var assertionClaims: [FormField] = []

    // MARK: What is sent

    package var usesPKCE = true
    /// Of token requests and revocations.
    package var bodyFormat = BodyFormat.form
    /// Added to each POST; they replace ours of the same name.
    package var requestHeaders: [FormField] = []
    /// Added to the authorization request; no protocol parameter among them.
    package var authorizationParameters: [FormField] = []
    /// Added to each token request; no protocol parameter among them.
    package var tokenParameters: [FormField] = []
    /// The name of the authorization request's parameter for the scope.
    package var scopeParameter = "scope"
    package var scopeSeparator = ScopeSeparator.space
    /// Whether a refresh names the scope that it wants.
    package var sendsScopeOnRefresh = true
    /// Whether `prompt=consent` goes with `openid` and `offline_access` (OpenID Connect Core section 11), where there is
    /// no preset.
    package var promptsForOfflineAccess = true

    // MARK: What comes back

    /// The members that lead to the tokens in a reply; none where they stand at its top.
    package var tokensPath: [String] = []
    /// What replies leave out or say in other words, and how many of them one grant may ask for.
    package var replies = ReplyTraits.standard
    /// When a scope that was granted is one that was asked for.
    package var scopeMatching = ScopeMatching.exact

    // MARK: Which server it is

    /// What the metadata and the tokens of the issuer may call it instead, with `{tenantid}` for any tenant.
    package var issuerTemplate: String?
    /// Where the metadata are; nil looks at the well-known places of the issuer.
    package var metadataURL: EndpointURL?
    /// The path of a PEM file with the certificate authorities to trust instead of the system's; `~/` stands for the home
    /// folder.
    package var certificateAuthority: String?

    package init(_ change: (inout ServerTraits) -> Void = { _ in }) {
        change(&self)
    }
}

/// How the parameters of a POST are written.
package enum BodyFormat: String, Sendable, Hashable, CaseIterable {
    case form
    case json
}

/// What stands between two scopes of a request.
package enum ScopeSeparator: String, Sendable, Hashable, CaseIterable {
    case space
    case comma

    package func join(_ scope: Scope) -> String {
        scope.tokens.joined(separator: self == .space ? " " : ",")
    }
}
