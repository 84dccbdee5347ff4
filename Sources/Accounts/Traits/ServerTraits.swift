package import OAuth
package import Text

/// The deviations of an authorization server from the standards, and what it requires beyond them. A preset states
/// those of its server; the keys of an account override them.
///
/// To add a quirk, add one field here, or in `ReplyTraits` if it affects replies only, and one line to `TraitKey.all`,
/// the configuration keys.
package struct ServerTraits: Sendable, Hashable {
    // MARK: Who the client is

    /// Whether client id and secret are form-encoded before they are joined for HTTP Basic (RFC 6749 section 2.3.1).
    package var encodesBasic = true
    /// Whether a client without a secret authenticates by HTTP Basic with an empty password.
    package var sendsEmptySecret = false
    /// The digests of the client's certificate that an assertion's header contains.
    package var thumbprints = CertificateThumbprints.both
    /// Claims of a grant's assertion that are added to the default ones or replace them; an empty value removes a
    /// claim.
    package var assertionClaims: [FormField] = []

    // MARK: What is sent

    package var usesPKCE = true
    /// The body format of token requests and revocations.
    package var bodyFormat = BodyFormat.form
    /// Headers for each POST; they replace default headers of the same name.
    package var requestHeaders: [FormField] = []
    /// Parameters added to the authorization request; none is a protocol parameter.
    package var authorizationParameters: [FormField] = []
    /// Parameters added to each token request; none is a protocol parameter.
    package var tokenParameters: [FormField] = []
    /// The name of the scope parameter in the authorization request.
    package var scopeParameter = "scope"
    package var scopeSeparator = ScopeSeparator.space
    /// Whether a refresh sends `scope`.
    package var sendsScopeOnRefresh = true
    /// Whether `prompt=consent` is sent when `openid` and `offline_access` are requested (OpenID Connect Core section
    /// 11). It has no effect on an account with a preset.
    package var promptsForOfflineAccess = true

    // MARK: What comes back

    /// The path of members to the tokens in a reply; empty if they are at the top level.
    package var tokensPath: [String] = []
    /// What replies leave out or express differently, and the limit on token requests for one grant.
    @Shared package var replies = ReplyTraits.standard
    /// How granted scopes are compared with the requested ones.
    package var scopeMatching = ScopeMatching.exact

    /// Whether a used refresh token that comes back doesn't end the grant.
    package var toleratesReuse = false

    // MARK: Which server it is

    /// Another name for the issuer in metadata and tokens, in which `{tenantid}` stands for any tenant.
    package var issuerTemplate: String?
    /// The URL of the metadata; nil uses the issuer's well-known places.
    package var metadataURL: EndpointURL?
    /// The path of a PEM file with the certificate authorities to trust instead of the system's; `~/` stands for the
    /// home folder.
    package var certificateAuthority: String?

    package init(_ change: (inout ServerTraits) -> Void = { _ in }) {
        change(&self)
    }
}

/// How the parameters of a POST are encoded.
package enum BodyFormat: String, Sendable, Hashable, CaseIterable {
    case form
    case json
}

/// The separator between the scopes of a request.
package enum ScopeSeparator: String, Sendable, Hashable, CaseIterable {
    case space
    case comma

    package func join(_ scope: Scope) -> String {
        scope.tokens.joined(separator: self == .space ? " " : ",")
    }
}
