/// The properties of a failure code.
package struct FailureFacts: Sendable, Hashable {
    package var meaning: FailureMeaning
    /// The HTTP status of an answer with this code.
    package var status: Int
    /// The exit status of a command that fails with this code.
    package var exit: Exit
    /// A few words for a heading.
    package var title: String
    /// The one next step, with `{account}` for the account's name; nil if it depends on more than the code.
    package var remedy: String?

    fileprivate init(
        _ meaning: FailureMeaning, _ title: String, remedy: String? = nil, status: Int? = nil, exit: Exit? = nil
    ) {
        self.meaning = meaning
        self.status = status ?? meaning.status
        self.exit = exit ?? meaning.exit
        self.title = title
        self.remedy = remedy
    }
}

/// The table of all failures, one entry for each code.
extension FailureCode {
    package var facts: FailureFacts {
        switch self {
        case .invalidGrant: FailureFacts(.consentNeeded, "Grant refused", remedy: Self.logIn)
        case .badRefreshToken: FailureFacts(.consentNeeded, "Grant refused", remedy: Self.logIn)
        case .invalidRefreshToken: FailureFacts(.consentNeeded, "Grant refused", remedy: Self.logIn)
        case .accessDenied: FailureFacts(.consentNeeded, "Access denied", remedy: Self.logIn)
        case .authorizationDeclined: FailureFacts(.consentNeeded, "Access denied", remedy: Self.logIn)
        case .expiredToken: FailureFacts(.consentNeeded, "Consent expired", remedy: Self.logIn)
        case .interactionRequired: FailureFacts(.consentNeeded, "Consent required", remedy: Self.logIn)
        case .loginRequired: FailureFacts(.consentNeeded, "Consent required", remedy: Self.logIn)
        case .consentRequired: FailureFacts(.consentNeeded, "Consent required", remedy: "run: valetkey login {account}")
        case .invalidClient: FailureFacts(.configuration, "Client refused", remedy: check(Self.client))
        case .incorrectClientCredentials: FailureFacts(.configuration, "Client refused", remedy: check(Self.client))
        case .unauthorizedClient: FailureFacts(.configuration, "Client refused", remedy: check(Self.registration))
        case .invalidScope: FailureFacts(.configuration, "Scope refused", remedy: check("scopes"))
        case .invalidTarget: FailureFacts(.configuration, "Resource refused", remedy: check("resource"))
        case .invalidResource:
            FailureFacts(.configuration, "Resource refused", remedy: check("scopes and resource"))
        case .invalidRequest:
            // Some servers use this code for a refresh token that is no longer valid.
            FailureFacts(
                .configuration, "Request refused",
                remedy: "\(check(Self.registration)); if all is right there: valetkey login {account}")
        case .unsupportedGrantType: FailureFacts(.configuration, "Client refused", remedy: check(Self.registration))
        case .unsupportedResponseType: FailureFacts(.passing, "Client refused")
        case .authorizationPending: FailureFacts(.passing, "Waiting for the user")
        case .slowDown: FailureFacts(.passing, "Too many requests")
        case .useDPoPNonce: FailureFacts(.passing, "Nonce needed")
        case .invalidDPoPProof: FailureFacts(.passing, "Proof refused")
        case .serverError: FailureFacts(.passing, "Server error")
        case .temporarilyUnavailable: FailureFacts(.passing, "No token at the moment")
        case .throttled:
            FailureFacts(
                .passing, "Too many requests",
                remedy: "let only valetkey refresh {account}")
        case .unexplainedRefusal:
            FailureFacts(
                .passing, "Refused without a reason",
                remedy: "check token_endpoint, client_id and client_authentication of [accounts.{account}], then run: "
                    + "valetkey reload; if all is right there: valetkey login {account}")
        case .unlistedError: FailureFacts(.passing, "Refused")

        case .nameLookup: FailureFacts(.passing, "No reply", remedy: Self.checkNetwork)
        case .connection: FailureFacts(.passing, "No reply", remedy: Self.checkNetwork)
        case .timeout: FailureFacts(.passing, "No reply", remedy: Self.checkNetwork)
        case .tls: FailureFacts(.passing, "No reply")
        case .replyCut: FailureFacts(.passing, "Incomplete reply")
        case .replyTooLarge: FailureFacts(.passing, "Reply too large")
        case .requestCancelled: FailureFacts(.passing, "Cancelled")
        case .network: FailureFacts(.passing, "No reply")
        case .outOfDescriptors:
            FailureFacts(
                .passing, "Out of file descriptors",
                remedy: "end programs that keep many connections open, or raise LimitNOFILE= of the unit, then run: "
                    + "valetkey refresh {account}")
        case .badReply: FailureFacts(.passing, "Unusable reply")
        case .discovery: FailureFacts(.passing, "No metadata")
        case .secretUnavailable: FailureFacts(.passing, "Secret unavailable")
        case .revocation: FailureFacts(.passing, "Not revoked")

        case .configurationError: FailureFacts(.configuration, "Configuration error")
        case .clientSecret: FailureFacts(.configuration, "No client secret", remedy: check("client_secret"))
        case .clientKey: FailureFacts(.configuration, "No client key", remedy: check("client_key"))
        case .certificateAuthority:
            FailureFacts(.configuration, "No certificate authority", remedy: check("certificate_authority"))
        case .dpopKey: FailureFacts(.configuration, "No key", remedy: "run: valetkey login {account}")
        case .noEndpoint:
            FailureFacts(
                .configuration, "No endpoint", remedy: "state it in [accounts.{account}], then run: valetkey reload")
        case .otherIssuer: FailureFacts(.configuration, "Wrong issuer")
        case .unusableToken:
            FailureFacts(
                .configuration, "Unusable token",
                remedy: "the authorization server must issue Bearer tokens; or run: valetkey login {account}")
        case .refusedScope: FailureFacts(.configuration, "Scope missing")
        case .registrationRefused: FailureFacts(.conflict, "Registration refused", status: 502)

        case .idTokenNotBelieved:
            FailureFacts(
                .consentNeeded, "id_token not believed",
                remedy: "check issuer, client_id and client_secret of [accounts.{account}], then run: valetkey login "
                    + "{account}", exit: .other)
        case .otherUser: FailureFacts(.consentNeeded, "Another user consented", remedy: "run: valetkey login {account}")
        case .wrongIssuer:
            FailureFacts(.conflict, "Wrong issuer", remedy: "check issuer of [accounts.{account}]")
        case .noCode: FailureFacts(.conflict, "No code", remedy: "run: valetkey login {account}")
        case .accountChanged:
            FailureFacts(.conflict, "Account changed", remedy: "run: valetkey login {account}")
        case .otherClient:
            FailureFacts(.consentNeeded, "Another client's grant", remedy: "run: valetkey login {account}")
        case .noRefreshToken:
            FailureFacts(
                .consentNeeded, "No refresh token",
                remedy: "ask for offline access (the scope offline_access, or access_type = \"offline\" in "
                    + "authorization_parameters at Google), then run: valetkey login {account}")
        case .refreshing:
            FailureFacts(.passing, "Refresh under way", remedy: "try {account} again in a moment, or wait longer")
        case .stopping: FailureFacts(.passing, "Stopping")
        case .storeUnreachable:
            FailureFacts(.passing, "Shared store unreachable", remedy: "check the shared store: valetkey store status")
        case .refreshInDoubt:
            FailureFacts(
                .passing, "Refresh in doubt",
                remedy: "wait, or if the host that began it is gone for good: valetkey store take {account}")

        case .storage: FailureFacts(.passing, "Storage failed", exit: .other)
        case .otherKey: FailureFacts(.consentNeeded, "Sealed with another key")
        case .unreadableFile: FailureFacts(.consentNeeded, "Unreadable grant")
        case .locked: FailureFacts(.passing, "Locked")
        case .wrongPassphrase: FailureFacts(.conflict, "Wrong passphrase")
        case .keyConflict: FailureFacts(.conflict, "Not possible with this key")

        case .malformedRequest: FailureFacts(.usage, "Malformed request")
        case .bareCode: FailureFacts(.usage, "Not a URL")
        case .forbidden: FailureFacts(.usage, "Forbidden", status: 403, exit: .other)
        case .noSuchAccount: FailureFacts(.usage, "No such account", status: 404)
        case .noSuchToken: FailureFacts(.usage, "No such token", status: 404)
        case .notFound: FailureFacts(.usage, "Not found", status: 404, exit: .other)
        case .methodNotAllowed: FailureFacts(.usage, "Method not allowed", status: 405, exit: .other)
        case .noConsentPending:
            FailureFacts(.conflict, "No consent", remedy: "run: valetkey login {account}", status: 404)
        case .noRegistration: FailureFacts(.conflict, "No registration", status: 404)
        case .noProofKey: FailureFacts(.conflict, "No key")
        case .consentConflict: FailureFacts(.conflict, "Consent conflict")
        case .claimConflict: FailureFacts(.conflict, "Nothing to take over")
        case .tooLarge: FailureFacts(.usage, "Too large", status: 413, exit: .other)
        case .tooManyRequests: FailureFacts(.passing, "Too many refreshes", status: 429)
        case .internalError: FailureFacts(.fault, "Internal error")

        case .alreadyRunning: FailureFacts(.conflict, "Already running")

        case .usage: FailureFacts(.usage, "Wrong use")
        case .daemonUnreachable: FailureFacts(.fault, "Daemon not reachable", exit: .daemonUnreachable)
        case .daemonHungUp: FailureFacts(.passing, "No answer")
        case .daemonTimeout: FailureFacts(.passing, "No answer in time")
        case .daemonProtocol: FailureFacts(.fault, "Unknown answer")
        case .outputFailed: FailureFacts(.fault, "Output failed")
        case .programMissing: FailureFacts(.fault, "Program missing")
        }
    }

    package var meaning: FailureMeaning { facts.meaning }

    /// The remedy with the account's name inserted.
    package func remedy(account: String) -> String? {
        facts.remedy?.replacing("{account}", with: account)
    }

    private static let logIn = "consent again: valetkey login {account}"
    private static let client = "client_id, client_secret and client_authentication"
    private static let registration = "client_id and the client's registration"
    private static let checkNetwork = "check the network, and the endpoints of [accounts.{account}]"

    private func check(_ keys: String) -> String {
        "check \(keys) of [accounts.{account}], then run: valetkey reload"
    }
}
