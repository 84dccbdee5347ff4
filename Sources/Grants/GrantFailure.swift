package import FoundationEssentials
package import OAuth

/// Why something about a grant didn't work, in words and with a remedy. Never holds a secret.
package struct GrantFailure: Error, Sendable, Hashable {
    /// A stable word to decide by: an error code of the authorization server, or one of ours.
    package var code: String
    package var detail: String
    /// What to do next.
    package var hint: String?
    package var at: Date

    package init(code: String, detail: String, hint: String? = nil, at: Date) {
        self.code = code
        self.detail = detail
        self.hint = hint
        self.at = at
    }

    /// Whether the configuration must change, or something that it names: waiting doesn't help.
    package var isMisconfiguration: Bool {
        ["client_secret", "client_key", "dpop_key", "no_endpoint", "other_issuer"].contains(code)
    }

    /// The authorization server's refusal of a token request.
    package init(_ error: OAuthError, account: String, at: Date) {
        let hint: String? =
            switch error.meaning {
            case .grantIsGone where error.isDistrust:
                "check issuer, client_id and client_secret of [accounts.\(account)], then run: valetkey login \(account)"
            case .grantIsGone: "consent again: valetkey login \(account)"
            case .clientIsWrong: Self.remedy(for: error.code, account: account)
            case .passing: nil
            }
        let precise = error.entraCode?.remedy(account: account)
        let detail = error.isDistrust ? error.details ?? error.code : "the authorization server says \(error)"
        self.init(code: error.code, detail: detail, hint: precise ?? hint, at: at)
    }

    /// The authorization server gave no refresh token: the access token is the last one without a new consent.
    package static func noRefreshToken(_ account: String, at: Date) -> GrantFailure {
        GrantFailure(
            code: "no_refresh_token",
            detail: "the authorization server gave no refresh token: the access token can't be renewed",
            hint: "ask for offline access (the scope offline_access, or access_type = \"offline\" in "
                + "authorization_parameters at Google), then run: valetkey login \(account)",
            at: at)
    }

    private static func remedy(for code: String, account: String) -> String {
        let keys =
            switch code {
            case "invalid_client", "incorrect_client_credentials": "client_id, client_secret and client_authentication"
            case "invalid_scope": "scopes"
            case "invalid_target": "resource"
            default: "client_id and the client's registration"
            }
        let remedy = "check \(keys) of [accounts.\(account)], then run: valetkey reload"
        // Some servers have no other word for a refresh token that is over.
        return code == "invalid_request" ? "\(remedy); if all is right there: valetkey login \(account)" : remedy
    }
}
