/// The parameters that this client sets itself, so that the configuration can't add one of the same name (RFC 6749
/// section 3.1). `resource` may be added if the account doesn't configure resources: some servers expect a value that
/// isn't a URI.
package enum ProtocolParameters {
    package static let authorization: Set<String> = [
        "response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method",
        "nonce", "request", "request_uri",
    ]

    package static let token: Set<String> = [
        "grant_type", "code", "redirect_uri", "client_id", "client_secret", "code_verifier", "refresh_token", "scope",
        "client_assertion", "client_assertion_type", "device_code", "assertion",
    ]

    /// Request parameters that are secrets.
    package static let secret: Set<String> = [
        "code", "code_verifier", "refresh_token", "client_secret", "client_assertion", "assertion", "device_code",
        "token", "state", "nonce", "subject_token", "actor_token", "password",
    ]

    /// Members of token and authorization responses that this client interprets, or that matter only during the
    /// exchange.
    static let inReplies: Set<String> = [
        "access_token", "token_type", "refresh_token", "scope", "id_token", "error", "error_description", "error_uri",
        "error_codes", "state", "iss", "code", "session_state", "nonce", "c_nonce", "device_code", "claims",
    ]
}
