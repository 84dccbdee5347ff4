import Accounts
import Failures
import FoundationEssentials
import MicrosoftIdentity
import OAuth
import Testing

struct EntraRemedyTests {
    private func failure(_ word: String, _ description: String?, numbers: [Int] = []) -> Failure {
        let error = OAuthError(word, description: description, numbers: numbers)
        let catalogue = ProviderCatalogue(vendors: [MicrosoftIdentity()])
        return Failure(error, account: "ads", reading: catalogue.reading(of: error, account: "ads"), at: Date())
    }

    @Test func `a code of the vendor changes the hint but not the failure code`() {
        let plain = failure("invalid_client", "Bad.")
        let precise = failure("invalid_client", "AADSTS7000215: Bad.")
        #expect(plain.code == precise.code && plain.meaning == precise.meaning)
        #expect(plain.hint?.hasPrefix("check client_id, client_secret") == true)
        #expect(precise.hint?.contains("the secret's value, not its id") == true)
    }

    @Test func `a temporary failure has no hint unless its code is known`() {
        #expect(failure("temporarily_unavailable", "AADSTS90055: Busy.").hint?.contains("too many requests") == true)
        #expect(failure("temporarily_unavailable", "AADSTS1: What.").hint == nil)
        #expect(failure("invalid_grant", "AADSTS1: What.").hint == "consent again: valetkey login ads")
    }

    // D1
    @Test func `throttling, stated in the text or in the numbers, is temporary and lasts five minutes`() {
        for failure in [
            failure("invalid_grant", "AADSTS50196: The server terminated an operation."),
            failure("invalid_grant", "A client loop.", numbers: [50196]),
            failure("invalid_grant", nil, numbers: [50196]),
        ] {
            #expect(failure.code == .throttled && failure.meaning == .passing && !failure.isLasting)
            #expect(failure.retryAfter == .seconds(300))
            #expect(failure.hint?.contains("consent again") == false)
        }
        #expect(failure("invalid_grant", "Bad.", numbers: [7]).meaning == .consentNeeded)
    }

    // D1
    @Test func `the longer of the server's and the vendor's wait counts`() {
        let error = OAuthError("invalid_grant", numbers: [50196])
        let reading = ProviderCatalogue(vendors: [MicrosoftIdentity()]).reading(of: error, account: "ads")
        let waits = [Duration.seconds(600), .seconds(3)].map {
            Failure(error, account: "ads", reading: reading, retryAfter: $0, at: Date()).retryAfter
        }
        #expect(waits == [.seconds(600), .seconds(300)])
    }

    // D1
    @Test func `our own allowance stays below fifteen requests in five minutes`() {
        for preset in MicrosoftIdentity().presets {
            let allowance = preset.traits.replies.allowance
            #expect(allowance.burst + Int(Duration.seconds(300) / allowance.refill) < 15)
            #expect(preset.traits.replies.needsScope)
        }
    }

    // D3
    @Test(
        arguments: [
            (7_000_218, "invalid_client", "client_secret"), (9_002_326, "invalid_request", "request_headers"),
            (9_002_327, "invalid_request", "Single-page application"), (7_000_222, "invalid_client", "expired"),
            (700_027, "invalid_client", "client_certificate"), (53003, "invalid_grant", "administrator"),
            (53000, "interaction_required", "administrator"), (50105, "interaction_required", "assign"),
            (50020, "invalid_grant", "guest"), (90002, "invalid_request", "tenant"),
            (900_432, "invalid_request", "cloud"), (28000, "invalid_scope", "several resources"),
            (28003, "invalid_request", "several resources"), (500_011, "invalid_resource", "service principal"),
            (90023, "invalid_request", "redirect_uri"),
        ])
    func `a code that no new consent corrects is a configuration error, and its remedy doesn't say to consent again`(
        _ number: Int, _ word: String, _ part: String
    ) {
        let failure = failure(word, nil, numbers: [number])
        #expect(failure.meaning == .configuration && failure.isLasting)
        #expect(failure.hint?.contains(part) == true)
        #expect(["reload", "refresh ads", "login ads"].contains { failure.hint?.contains("valetkey \($0)") == true })
        #expect(failure.hint?.contains("consent again") == false)
    }

    // D3
    @Test func `an expired refresh token of a single-page application needs a consent, with a hint on longer ones`() {
        let failure = failure("invalid_grant", "AADSTS700084: The refresh token was issued to a single page app.")
        #expect(failure.meaning == .consentNeeded)
        #expect(failure.hint?.contains("valetkey login ads") == true)
        #expect(failure.hint?.contains("Mobile and desktop applications") == true)
    }

    // D3
    @Test func `the code in the text precedes the numbers, and unknown codes are skipped`() {
        #expect(failure("invalid_grant", "AADSTS53003: No.", numbers: [50076, 53003]).meaning == .configuration)
        #expect(failure("invalid_grant", "AADSTS1: What.", numbers: [1, 53003]).meaning == .configuration)
    }
}
