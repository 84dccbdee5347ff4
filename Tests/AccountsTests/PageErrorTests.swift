import Accounts
import Failures
import Testing
import Vendors

/// Error codes as people copy them: alone, in sentences, in JSON, in addresses.
struct PageErrorTests {
    private let catalogue = ProviderCatalogue.complete

    @Test(
        arguments: [
            ("redirect_uri_mismatch", "redirect_uri_mismatch: "),
            ("'Redirect_URI_Mismatch'", "redirect_uri_mismatch: "),
            ("invalid_redirect_uri", "invalid_redirect_uri: "), ("deleted_client", "deleted_client: "),
            ("org_internal", "org_internal: "), ("admin_policy_enforced", "admin_policy_enforced: "),
            ("disallowed_useragent", "disallowed_useragent: "), ("insufficient_scope", "insufficient_scope: "),
            ("Bearer error=\"invalid_token\"", "invalid_token: "), ("“invalid_grant”", "invalid_grant: "),
            (#"{"error":"invalid_grant","error_description":"Bad Request"}"#, "invalid_grant: "),
            (#"{"error": "throttled"}"#, "throttled: "), ("the server says invalid_scope.", "invalid_scope: "),
            ("it says: access_denied!", "access_denied: "),
        ])
    func `a code is explained, whatever stands around it`(_ text: String, _ start: String) {
        #expect(catalogue.explanation(of: text, account: "acme")?.hasPrefix(start) == true)
    }

    @Test(arguments: [
        "the network timeout is a storage problem", "my_invalid_grant_x", "?error=invalid_grant", "a.invalid_grant",
        "x-invalid_grant", "", "no error at all", "error",
    ])
    func `a text without a code, or with one inside a longer word, isn't explained`(_ text: String) {
        #expect(catalogue.explanation(of: text, account: "acme") == nil)
    }

    @Test(
        arguments: [
            ("http://localhost/?error=access_denied&state=x", "access_denied: "),
            ("http://localhost/?error=server_error&error_description=AADSTS65004%3A+no", "AADSTS65004: "),
            ("?error=invalid_scope", "invalid_scope: "), ("invalid_grant", "invalid_grant: "),
        ])
    func `the address of an error response is explained by its parameters`(_ text: String, _ start: String) {
        #expect(catalogue.explanation(ofResponse: text, account: "acme")?.hasPrefix(start) == true)
        #expect(catalogue.explanation(ofResponse: "http://localhost/?code=x&state=y", account: "acme") == nil)
    }

    @Test func `each code that a misspelled word may stand for is explained`() {
        for word in ProviderCatalogue.explainedWords {
            #expect(catalogue.explanation(of: word, account: "acme")?.hasPrefix("\(word): ") == true)
        }
        #expect(ProviderCatalogue.explainedWords.contains("redirect_uri_mismatch"))
        #expect(!ProviderCatalogue.explainedWords.contains("unlisted_error"))
    }
}
