/// Everything that can go wrong, as a closed list: what a failure means is decided by this type only, and its table
/// (`FailureCode+Table.swift`) says it once for daemon and command.
///
/// The raw values are what goes over the wire and into the log. They never change; new ones may come.
package enum FailureCode: String, Sendable, Hashable, CaseIterable {
    // MARK: What authorization servers say (RFC 6749 sections 4.1.2.1 and 5.2, and extensions)

    case invalidGrant = "invalid_grant"
    /// A large code host's code for `invalid_grant`.
    case badRefreshToken = "bad_refresh_token"
    /// The refresh token is no longer valid, as stated in any of the servers' own words.
    case invalidRefreshToken = "invalid_refresh_token"
    case accessDenied = "access_denied"
    /// A large identity platform's code for `access_denied` in the device flow.
    case authorizationDeclined = "authorization_declined"
    case expiredToken = "expired_token"
    case interactionRequired = "interaction_required"
    case loginRequired = "login_required"
    /// A code of OpenID Connect, which this API also uses for an account without a usable grant.
    case consentRequired = "consent_required"
    case invalidClient = "invalid_client"
    /// A large code host's code for `invalid_client`.
    case incorrectClientCredentials = "incorrect_client_credentials"
    case unauthorizedClient = "unauthorized_client"
    case invalidScope = "invalid_scope"
    case invalidTarget = "invalid_target"
    /// A large identity platform's code for `invalid_target`.
    case invalidResource = "invalid_resource"
    case invalidRequest = "invalid_request"
    case unsupportedGrantType = "unsupported_grant_type"
    case unsupportedResponseType = "unsupported_response_type"
    case authorizationPending = "authorization_pending"
    case slowDown = "slow_down"
    case useDPoPNonce = "use_dpop_nonce"
    case invalidDPoPProof = "invalid_dpop_proof"
    case serverError = "server_error"
    /// Also this API's code for an account that has no token at the moment.
    case temporarilyUnavailable = "temporarily_unavailable"
    /// Too many requests, whatever code the server uses for it.
    case throttled
    /// A 400 or 401 without an OAuth error.
    case unexplainedRefusal = "unexplained_refusal"
    /// An unknown error code of a server; the code itself is kept separately as untrusted text.
    case unlistedError = "unlisted_error"

    // MARK: Why no reply of the authorization server decides anything

    case nameLookup = "name_lookup"
    case connection
    case timeout
    case tls
    case replyCut = "cut"
    case replyTooLarge = "reply_too_large"
    case requestCancelled = "cancelled"
    case network
    case outOfDescriptors = "out_of_descriptors"
    case badReply = "bad_reply"
    case discovery
    case secretUnavailable = "secret_unavailable"
    case revocation

    // MARK: What is wrong with an account's configuration or with what it names

    case configurationError = "configuration_error"
    case clientSecret = "client_secret"
    case clientKey = "client_key"
    case certificateAuthority = "certificate_authority"
    case dpopKey = "dpop_key"
    case noEndpoint = "no_endpoint"
    case otherIssuer = "other_issuer"
    case unusableToken = "unusable_token"
    case refusedScope = "refused_scope"
    /// A client's registration that the server refuses to make or to delete.
    case registrationRefused = "registration_refused"

    // MARK: What is the matter with a consent or a grant

    case idTokenNotBelieved = "invalid_id_token"
    /// The user who consented isn't the one that the configuration expects.
    case otherUser = "other_user"
    case wrongIssuer = "wrong_issuer"
    /// A response that contains neither a code nor an error.
    case noCode = "no_code"
    case accountChanged = "account_changed"
    case otherClient = "other_client"
    case noRefreshToken = "no_refresh_token"
    case refreshing
    case stopping
    /// The store that several hosts share hasn't answered.
    case storeUnreachable = "store_unreachable"
    /// Another host has begun a refresh and hasn't published its result.
    case refreshInDoubt = "refresh_in_doubt"

    // MARK: Storage

    case storage
    case otherKey = "other_key"
    case unreadableFile = "unreadable_file"
    /// The key of the stored grants isn't in memory.
    case locked
    case wrongPassphrase = "wrong_passphrase"
    /// What was asked for doesn't fit the place or the state of the key.
    case keyConflict = "key_conflict"

    // MARK: Requests on the socket

    case malformedRequest = "malformed_request"
    /// What the user pasted isn't a URL, and may be a code: the user must be asked.
    case bareCode = "bare_code"
    case forbidden
    case noSuchAccount = "no_such_account"
    case noSuchToken = "no_such_token"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case noConsentPending = "no_consent_pending"
    case noRegistration = "no_registration"
    case noProofKey = "no_proof_key"
    case consentConflict = "consent_conflict"
    /// There is no claim of another host to take over.
    case claimConflict = "claim_conflict"
    case tooLarge = "too_large"
    case tooManyRequests = "too_many_requests"
    case internalError = "internal_error"

    // MARK: Why the daemon doesn't start

    case alreadyRunning = "already_running"

    // MARK: What a command meets before the daemon has answered

    case usage
    case daemonUnreachable = "daemon_unreachable"
    case daemonHungUp = "daemon_hung_up"
    case daemonTimeout = "daemon_timeout"
    case daemonProtocol = "daemon_protocol"
    case outputFailed = "output_failed"
    case programMissing = "program_missing"

    /// The code for an authorization server's error code. Codes that only this program uses become `unlistedError`.
    package init(saidByServer word: String) {
        guard let code = FailureCode(rawValue: word), code.isOAuth else {
            self = .unlistedError
            return
        }
        self = code
    }

    /// The code for a text in this API's JSON. A code that only a newer daemon knows becomes `unlistedError`.
    package init(onWire word: String) {
        self = FailureCode(rawValue: word) ?? .unlistedError
    }

    /// Whether authorization servers use this code.
    private var isOAuth: Bool {
        switch self {
        case .invalidGrant, .badRefreshToken, .invalidRefreshToken, .accessDenied, .authorizationDeclined,
            .expiredToken, .interactionRequired, .loginRequired, .consentRequired, .invalidClient,
            .incorrectClientCredentials, .unauthorizedClient, .invalidScope, .invalidTarget, .invalidResource,
            .invalidRequest, .unsupportedGrantType, .unsupportedResponseType, .authorizationPending,
            .slowDown, .useDPoPNonce, .invalidDPoPProof, .serverError, .temporarilyUnavailable:
            true
        case .throttled, .unexplainedRefusal, .unlistedError, .nameLookup, .connection, .timeout, .tls, .replyCut,
            .replyTooLarge, .requestCancelled, .network, .outOfDescriptors, .badReply, .discovery, .secretUnavailable,
            .revocation,
            .configurationError, .clientSecret, .clientKey, .certificateAuthority, .dpopKey, .noEndpoint,
            .otherIssuer, .unusableToken, .refusedScope, .idTokenNotBelieved, .otherUser, .wrongIssuer, .noCode,
            .accountChanged, .otherClient, .noRefreshToken, .refreshing, .stopping, .storeUnreachable,
            .refreshInDoubt, .storage, .otherKey,
            .unreadableFile, .locked, .wrongPassphrase, .keyConflict, .malformedRequest, .bareCode, .forbidden,
            .noSuchAccount,
            .noSuchToken, .notFound,
            .methodNotAllowed, .noConsentPending, .noRegistration, .registrationRefused, .noProofKey, .consentConflict,
            .claimConflict,
            .tooLarge, .tooManyRequests,
            .internalError,
            .alreadyRunning, .usage, .daemonUnreachable, .daemonHungUp, .daemonTimeout, .daemonProtocol,
            .outputFailed, .programMissing:
            false
        }
    }
}

extension FailureCode: Codable {
    package init(from decoder: any Decoder) throws {
        self.init(onWire: try decoder.singleValueContainer().decode(String.self))
    }
}
