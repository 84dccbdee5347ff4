import Accounts
import Failures
import MicrosoftIdentity
import OAuth
import Testing

struct ExplanationTests {
    private let catalogue = ProviderCatalogue(vendors: [MicrosoftIdentity()])

    @Test(arguments: [
        "AADSTS50011", "aadsts50011", "50011",
        "AADSTS50011: The redirect URI 'http://localhost:1' specified in the request does not match.",
    ])
    func `a code of the sign-in page is explained, however it was copied`(_ text: String) throws {
        let words = try #require(catalogue.explanation(of: text, account: "acme"))
        #expect(words.hasPrefix("AADSTS50011: register the redirect URI of [accounts.acme], http://localhost, under"))
        #expect(words.contains("Mobile and desktop applications"))
    }

    @Test(
        arguments: [
            ("http://localhost:8400/cb", false, "http://localhost:8400/cb, under \"Mobile and desktop applications\""),
            ("https://agency.example/cb", true, "https://agency.example/cb, under \"Web\""),
            ("http://localhost", true, "http://localhost, under \"Web\""),
        ])
    func `the redirect URI and the platform to register are the account's own`(
        _ uri: String, _ hasSecret: Bool, _ words: String
    ) throws {
        let client = Client(id: "app", secret: hasSecret ? .file("/s") : nil)
        let settings = AccountSettings(name: "acme", client: client, redirectURI: try RedirectURI(uri))
        let account = RemedyAccount(settings)
        for code in ["AADSTS50011", "500113", "AADSTS500117"] {
            #expect(catalogue.explanation(of: code, account: account)?.contains(words) == true)
        }
        var signing = settings
        (signing.client.secret, signing.client.key) = (nil, ClientKey(path: "/k"))
        let keyed = catalogue.explanation(of: "AADSTS50011", account: RemedyAccount(signing))
        #expect(keyed?.hasSuffix("under \"Web\", then: valetkey login acme") == true)
        let reading = catalogue.reading(of: OAuthError("invalid_request", numbers: [50011]), account: account)
        #expect(reading?.remedy?.contains(words) == true)
    }

    @Test(arguments: [
        #"{"error":"invalid_grant","error_codes":[65001],"timestamp":"2026-11-26 10:00:00Z"}"#, "\"AADSTS65001\"",
        "error code 65001", "65001.", "<p>Sorry, AADSTS65001</p>", "HTTP 10400, code 65001",
    ])
    func `a code is found in JSON, in quotes and in a sentence`(_ text: String) {
        #expect(catalogue.explanation(of: text, account: "acme")?.hasPrefix("AADSTS65001: nobody has") == true)
    }

    @Test func `the explanation of an unknown code has the URL of Microsoft's own`() {
        #expect(
            catalogue.explanation(of: "AADSTS99999", account: "acme")?
                .hasSuffix("https://login.microsoftonline.com/error?code=99999") == true)
    }

    @Test(arguments: ["", "4711", "AADSTS", "M.C507_BAY.2.U.abc", "0.AXoA1-50011", "no_such_code", "unlisted_error"])
    func `a text without a code isn't explained`(_ text: String) {
        #expect(catalogue.explanation(of: text, account: "acme") == nil)
    }

    @Test func `the explanation of AADSTS70008 doesn't mention a refresh token, because a code may be meant`() throws {
        let words = try #require(catalogue.explanation(of: "AADSTS70008", account: "acme"))
        #expect(!words.contains("refresh token") && words.contains("valetkey login acme"))
        #expect(catalogue.explanation(of: "AADSTS700082", account: "acme")?.contains("refresh token") == true)
    }

    @Test(
        arguments: [
            (.otherKey, "consent again: valetkey login acme"),
            (.otherIssuer, "check [accounts.acme], then run: valetkey reload"),
            (.tls, "it may pass by itself, and valetkey tries again; valetkey status acme shows when"),
            (.forbidden, "change the request: --help of the command shows what it takes"),
            (.noProofKey, "see how the account stands, then try again: valetkey status acme"),
            (.internalError, "see the daemon's log: journalctl --user -u valetkey"),
            (.invalidGrant, "consent again: valetkey login acme"),
        ] as [(FailureCode, String)])
    func `a code without a remedy of its own is explained by its meaning`(_ code: FailureCode, _ remedy: String) {
        #expect(catalogue.explanation(of: code.rawValue, account: "acme")?.hasSuffix(": \(remedy)") == true)
    }

    @Test(arguments: FailureCode.allCases.filter { $0 != .unlistedError })
    func `each code of valetkey is explained with a remedy`(_ code: FailureCode) throws {
        let words = try #require(catalogue.explanation(of: code.rawValue.uppercased(), account: "acme"))
        #expect(words.hasPrefix("\(code.rawValue): ") && words.split(separator: ": ").count >= 2)
        #expect(!words.contains("{account}") && !words.contains("\n"))
    }

    @Test func `a title that only repeats the code is left out`() {
        #expect(
            catalogue.explanation(of: "consent_required", account: "a") == "consent_required: run: valetkey login a")
        #expect(catalogue.explanation(of: "tls", account: "a")?.hasPrefix("tls: no reply: it may") == true)
    }
}
