/// Error codes that people meet outside this program: on pages of authorization servers that don't send the browser
/// back, and in replies of APIs (RFC 6750 section 3.1, RFC 9470).
enum PageError: String, CaseIterable {
    case redirectURIMismatch = "redirect_uri_mismatch"
    case invalidRedirectURI = "invalid_redirect_uri"
    case deletedClient = "deleted_client"
    case disabledClient = "disabled_client"
    case organizationInternal = "org_internal"
    case adminPolicyEnforced = "admin_policy_enforced"
    case disallowedUserAgent = "disallowed_useragent"
    case invalidToken = "invalid_token"
    case insufficientScope = "insufficient_scope"
    case insufficientUserAuthentication = "insufficient_user_authentication"

    func explanation(account: RemedyAccount) -> String {
        let (logIn, table) = ("valetkey login \(account)", "[accounts.\(account)]")
        let sentence =
            switch self {
            case .redirectURIMismatch, .invalidRedirectURI:
                "the redirect URI isn't registered with the client: register \(account.redirectURI ?? "redirect_uri") of "
                    + "\(table) where client_id was made, then: \(logIn)"
            case .deletedClient, .disabledClient:
                "the client no longer exists, or is disabled: correct client_id of \(table), then run: valetkey reload"
            case .organizationInternal:
                "the application is for its own organization only: sign in with an account of that organization, or have "
                    + "its owner open it to others, then: \(logIn)"
            case .adminPolicyEnforced:
                "a policy of the user's organization forbids the application: ask its administrator, then: \(logIn)"
            case .disallowedUserAgent:
                "the server refuses to show its page inside another program: open the URL in an ordinary browser: "
                    + "\(logIn) --no-browser"
            case .invalidToken:
                "the API doesn't accept the access token: get a new one (valetkey refresh \(account)); if it is refused "
                    + "too, the token is for another API: check scopes and resource of \(table)"
            case .insufficientScope:
                "the access token lacks a scope that the API needs: add it to scopes of \(table), run valetkey reload, "
                    + "then: \(logIn)"
            case .insufficientUserAuthentication:
                "the API wants a stronger or newer sign-in: give what it names with --acr-values or --max-age: \(logIn)"
            }
        return "\(rawValue): \(sentence)"
    }
}
