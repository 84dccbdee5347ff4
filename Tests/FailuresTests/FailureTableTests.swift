import Failures
import FoundationEssentials
import Testing

struct FailureTableTests {
    /// What callers and scripts rely on: status and exit of each code that an answer may have.
    @Test(
        arguments: [
            (.malformedRequest, 400, .usage), (.forbidden, 403, .other), (.noSuchAccount, 404, .usage),
            (.notFound, 404, .other), (.methodNotAllowed, 405, .other), (.consentRequired, 409, .consentNeeded),
            (.noConsentPending, 404, .other), (.noProofKey, 409, .other), (.consentConflict, 409, .other),
            (.tooLarge, 413, .other), (.tooManyRequests, 429, .tryAgain), (.temporarilyUnavailable, 503, .tryAgain),
            (.configurationError, 409, .configuration), (.internalError, 500, .other),
        ] as [(FailureCode, Int, Exit)])
    func `each code in an answer has its status and exit status`(_ code: FailureCode, _ status: Int, _ exit: Exit) {
        #expect(code.facts.status == status)
        #expect(code.facts.exit == exit)
    }

    @Test(
        arguments: [
            (.daemonUnreachable, .daemonUnreachable), (.daemonHungUp, .tryAgain), (.daemonTimeout, .tryAgain),
            (.daemonProtocol, .other), (.usage, .usage), (.outputFailed, .other), (.programMissing, .other),
            (.alreadyRunning, .other), (.storage, .other), (.accountChanged, .other), (.wrongIssuer, .other),
            (.noCode, .other),
        ] as [(FailureCode, Exit)])
    func `each failure of a command itself has its exit status`(_ code: FailureCode, _ exit: Exit) {
        #expect(code.facts.exit == exit)
    }

    // REFRESH-7, REFRESH-8
    @Test(
        arguments: [
            (
                .consentNeeded,
                [
                    "invalid_grant", "bad_refresh_token", "access_denied", "authorization_declined", "expired_token",
                    "interaction_required",
                    "login_required", "consent_required",
                ]
            ),
            (
                .configuration,
                [
                    "invalid_client", "incorrect_client_credentials", "unauthorized_client", "invalid_scope",
                    "invalid_target", "invalid_resource", "invalid_request", "unsupported_grant_type",
                ]
            ),
            (
                .passing,
                [
                    "temporarily_unavailable", "server_error", "slow_down", "authorization_pending", "use_dpop_nonce",
                    "invalid_dpop_proof", "unsupported_response_type", "", "INVALID_GRANT", "invalid_grant ",
                    "something_new",
                ]
            ),
        ] as [(FailureMeaning, [String])])
    func `a server's code has the same meaning for the grant and for a command`(
        _ meaning: FailureMeaning, _ words: [String]
    ) {
        for word in words {
            let code = FailureCode(saidByServer: word)
            #expect(code.meaning == meaning, "\(word)")
            #expect(code.facts.exit == meaning.exit, "\(word)")
            #expect(code.facts.status == meaning.status, "\(word)")
        }
    }

    @Test(arguments: [
        "storage", "no_such_account", "client_secret", "configuration_error", "invalid_id_token", "no_refresh_token",
        "stopping", "malformed_request", "daemon_unreachable", "unlisted_error",
    ])
    func `one of our own codes is unlisted if a server uses it`(_ word: String) {
        #expect(FailureCode(saidByServer: word) == .unlistedError)
    }

    @Test func `a wrong configuration is a configuration error, and a locked secret isn't`() {
        for code in [
            FailureCode.clientSecret, .clientKey, .certificateAuthority, .dpopKey, .noEndpoint, .otherIssuer,
            .unusableToken,
        ] {
            #expect(code.meaning == .configuration && code.facts.exit == .configuration && code.facts.status == 409)
        }
        for code in [FailureCode.secretUnavailable, .nameLookup, .connection, .timeout, .tls, .replyCut, .badReply] {
            #expect(code.meaning == .passing && code.facts.exit == .tryAgain && code.facts.status == 503)
        }
    }

    @Test(arguments: FailureCode.allCases)
    func `every code has a title, and its remedy names the account and existing commands`(_ code: FailureCode) {
        #expect(!code.facts.title.isEmpty && !code.facts.title.hasSuffix("."))
        guard let remedy = code.remedy(account: "ads") else { return }
        #expect(!remedy.contains("{"))
        let commands = remedy.matches(of: /valetkey ([a-z]+)/).map { String($0.1) }
        #expect(Set(commands).isSubset(of: ["login", "reload", "refresh", "status", "store"]), "\(remedy)")
        if commands.contains("login") { #expect(remedy.contains("valetkey login ads")) }
    }

    @Test(arguments: FailureCode.allCases)
    func `a code is encoded and decoded unchanged`(_ code: FailureCode) throws {
        #expect(FailureCode(onWire: code.rawValue) == code)
        #expect(try JSONDecoder().decode([FailureCode].self, from: JSONEncoder().encode([code])) == [code])
    }

    @Test func `an unknown code of a newer daemon is decoded as unlisted`() throws {
        let read = try JSONDecoder().decode([FailureCode].self, from: Data(#"["quantum_decoherence"]"#.utf8))
        #expect(read == [.unlistedError])
    }

    @Test(
        arguments: [
            (.consentNeeded, .consentRequired), (.configuration, .configurationError),
            (.passing, .temporarilyUnavailable), (.conflict, .temporarilyUnavailable),
            (.fault, .temporarilyUnavailable), (.usage, .malformedRequest),
        ] as [(FailureMeaning, FailureCode)])
    func `a reader's answer has one of a few codes`(_ meaning: FailureMeaning, _ answer: FailureCode) {
        #expect(meaning.answer == answer)
    }

    @Test func `the exit statuses are those of the manual`() {
        #expect(Exit.allCases.map(\.rawValue) == [0, 1, 64, 69, 75, 77, 78, 130])
    }
}

struct FailureTests {
    private let now = Date(timeIntervalSince1970: 1)

    @Test func `a failure's own hint takes precedence over the table's`() {
        let plain = Failure(.invalidScope, "no", account: "ads", at: now)
        #expect(plain.hint == "check scopes of [accounts.ads], then run: valetkey reload")
        #expect(Failure(.invalidScope, "no", hint: "do this", account: "ads", at: now).hint == "do this")
        #expect(Failure(.invalidScope, "no", at: now).hint == nil)
        #expect(Failure(.serverError, "no", account: "ads", at: now).hint == nil)
    }

    @Test func `an unlisted failure has the server's own code`() {
        #expect(Failure(.unlistedError, said: "teapot", "no", at: now).word == "teapot")
        #expect(Failure(.invalidGrant, "no", at: now).word == "invalid_grant")
    }
}
