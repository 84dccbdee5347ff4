import APIContract
import Failures
import FakeDaemon
import FoundationEssentials
import MicrosoftAdvertisingContract
import Testing

struct ContractTests {
    private static func keys(_ json: String) -> Set<String> {
        let parts = json.split(separator: "\"", omittingEmptySubsequences: false)
        return Set(zip(parts, parts.dropFirst()).filter { $0.1.hasPrefix(":") }.map { String($0.0) })
    }

    @Test(arguments: Examples.all.indices)
    func `a value that is encoded can be decoded`(index: Int) throws {
        func check<Value: Codable & Equatable>(_ value: Value) throws {
            for pretty in [false, true] {
                let data = try ContractJSON.encode(value, pretty: pretty)
                #expect(try ContractJSON.decode(Value.self, from: data) == value)
            }
        }
        try check(Examples.all[index])
    }

    @Test func `members are in snake case, including acronyms`() throws {
        let consent = String(decoding: try ContractJSON.encode(ConsentReport.example("ads")), as: UTF8.self)
        #expect(
            Self.keys(consent) == [
                "account", "id", "flow", "state", "open_url", "authorization_url", "redirect_uri", "user_code",
                "verification_uri", "verification_uri_complete", "expires_at", "expires_in", "scope", "missing_scope",
                "token_expires_in", "user", "same_user_as", "error", "code", "detail", "at",
            ])
        let account = String(decoding: try ContractJSON.encode(AccountReport.example("ads")), as: UTF8.self)
        #expect(
            Self.keys(account).subtracting(Self.keys(consent)) == [
                "provider", "issuer", "client_id", "lifetime", "next_refresh_at", "next_refresh_in", "consented_at",
                "refreshed_at", "unsaved", "last_error", "hint", "consent",
            ])
    }

    @Test func `dates are those of RFC 3339, slashes aren't escaped, and members have a fixed order`() throws {
        let text = String(decoding: try ContractJSON.encode(TokenAnswer.example("ads", "a/b")), as: UTF8.self)
        #expect(
            text == #"{"access_token":"a/b","account":"ads","expires_at":"2027-01-15T08:00:00Z","expires_in":3599,"#
                + #""expires_on":1800000000,"scope":"read write","token_type":"Bearer"}"#)
    }

    @Test func `nil members are omitted`() throws {
        let problem = Problem(.notFound, "d")
        let text = String(decoding: try ContractJSON.encode(problem), as: UTF8.self)
        #expect(text == #"{"code":"not_found","detail":"d","status":404,"title":"Not found"}"#)
    }

    // KEEP-3
    @Test func `no answer has a member for a refresh token or another secret`() throws {
        var keys: Set<String> = []
        for value in Examples.all where !(value is any RequestBody) {
            keys.formUnion(Self.keys(String(decoding: try ContractJSON.encode(value), as: UTF8.self)))
        }
        #expect(keys.count > 40)
        let tokens: Set = [
            "access_token", "token_type", "token_expires_in", "AuthenticationToken", "DeveloperToken",
            // The name of a token, the state of those of an account, and the places of their files.
            "token", "tokens", "token_files",
            // What the account was told to keep for its readers.
            "id_token",
        ]
        for word in ["refresh_token", "secret", "verifier", "password", "key"] {
            #expect(!keys.contains { $0.contains(word) })
        }
        #expect(Set(keys.filter { $0.lowercased().contains("token") }) == tokens)
    }

    @Test func `members and codes of a later version can be decoded`() throws {
        let text = """
            {"status":503,"title":"t","code":"brand_new","detail":"d","news":{"a":[1,2]},"retry_after":3}
            """
        let problem = try ContractJSON.decode(Problem.self, from: Data(text.utf8))
        #expect(problem.code == .unlistedError)
        #expect(problem.retryAfter == 3)
    }

    @Test(arguments: [
        (AccountState.noGrant, "no_grant"), (.consentPending, "consent_pending"), (.active, "active"),
        (.refreshing, "refreshing"), (.retrying, "retrying"), (.unavailable, "unavailable"),
        (.consentRequired, "consent_required"), (.configurationError, "configuration_error"),
    ])
    func `the words for states never change`(state: AccountState, word: String) {
        #expect(state.rawValue == word)
    }
}
