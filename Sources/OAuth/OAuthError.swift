/// An error of the authorization or the token endpoint (RFC 6749 sections 4.1.2.1 and 5.2). Decisions are taken by
/// `code` alone; the rest is untrusted text for people.
package struct OAuthError: Error, Sendable, Hashable, CustomStringConvertible {
    package let code: String
    package let details: String?
    package let uri: String?

    package init(code: String, description: String? = nil, uri: String? = nil) {
        self.code = UntrustedText.clean(code, limit: 80)
        details = description.map { UntrustedText.clean($0) }.flatMap { $0.isEmpty ? nil : $0 }
        self.uri = uri.map { UntrustedText.clean($0, limit: 200) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Our own word for tokens that came with an id_token that isn't believed.
    package static func distrust(_ fault: IdentityFault) -> OAuthError {
        OAuthError(code: distrustCode, description: "the id_token isn't believed: \(fault)")
    }

    private static let distrustCode = "invalid_id_token"

    /// Who says it: the server, or we of what it sent.
    package var isDistrust: Bool { code == Self.distrustCode }

    package var description: String {
        details.map { "\(code): \($0)" } ?? code
    }

    /// What a refusal of a token request means for the grant.
    package var meaning: Meaning {
        switch code {
        case "invalid_grant", "interaction_required", "login_required", "consent_required", "bad_refresh_token",
            "access_denied", "expired_token", Self.distrustCode:
            .grantIsGone
        case "invalid_client", "unauthorized_client", "invalid_scope", "unsupported_grant_type", "invalid_request",
            "invalid_target", "incorrect_client_credentials":
            .clientIsWrong
        default: .passing
        }
    }

    package enum Meaning: Sendable {
        /// Only a new consent helps, once a second try has said the same.
        case grantIsGone
        /// The configuration doesn't fit the authorization server.
        case clientIsWrong
        /// It may go away by itself, as `temporarily_unavailable` and codes that nobody has listed.
        case passing
    }
}
