import Accounts
import Failures
import FoundationEssentials
import OAuth
import Testing
import Vendors

/// The message of a refusal names the account and the one next step (point 5 of the issue).
struct RemedyTests {
    private static let said = [
        "invalid_grant", "bad_refresh_token", "invalid_refresh_token", "access_denied", "expired_token",
        "interaction_required", "login_required", "consent_required", "invalid_client", "incorrect_client_credentials",
        "unauthorized_client", "invalid_scope", "invalid_target", "invalid_request", "unsupported_grant_type",
    ]

    @Test(arguments: said) func `each permanent refusal names its account and a command`(_ word: String) {
        let failure = Failure(OAuthError(word), account: "ads-one", at: Date())
        #expect(failure.meaning != .passing)
        #expect(failure.hint?.contains("ads-one") == true, "\(word)")
        #expect(failure.hint?.contains("valetkey ") == true, "\(word)")
        // Either a new consent or a reload helps, never both.
        let isConsent = failure.meaning == .consentNeeded
        #expect(failure.hint?.contains("valetkey login ads-one") == isConsent || word == "invalid_request", "\(word)")
    }

    @Test(
        arguments: [
            .throttled, .unexplainedRefusal, .clientSecret, .clientKey, .dpopKey, .noEndpoint, .unusableToken,
            .idTokenNotBelieved, .wrongIssuer, .accountChanged, .otherClient, .noConsentPending,
        ] as [FailureCode])
    func `each of our own codes with a remedy names its account`(_ code: FailureCode) {
        #expect(code.remedy(account: "ads-one")?.contains("ads-one") == true)
        #expect(code.remedy(account: "ads-one")?.contains("{account}") == false)
    }

    // D1
    @Test func `a temporary refusal doesn't ask for a consent`() {
        let error = OAuthError("invalid_grant", numbers: [50196])
        let catalogue = ProviderCatalogue.complete
        let reading = catalogue.reading(of: error, account: "ads")
        let failure = Failure(error, account: "ads", reading: reading, at: Date())
        #expect(failure.meaning == .passing && failure.hint?.contains("login") == false)
        #expect(failure.hint?.contains("ads") == true)
    }

    // C2
    @Test func `a clock difference isn't reported as the client's error`() {
        for fault in [IdentityFault.fromTheFuture(by: .seconds(300)), .expired(since: .seconds(4000))] {
            let failure = Failure(fault, account: "ads", at: Date())
            #expect(failure.hint == "check this machine's clock, then run: valetkey login ads")
        }
        #expect(Failure(IdentityFault.audience, account: "ads", at: Date()).hint?.contains("client_id") == true)
    }

    // D11
    @Test func `a token of another tenant is reported with the key to correct`() {
        let failure = Failure(IdentityFault.tenant("b", configured: "a"), account: "ads", at: Date())
        #expect(failure.hint?.contains("tenant in [accounts.ads]") == true)
        #expect(failure.hint?.contains("valetkey login ads") == true)
    }

    // D7
    @Test func `the claims in a refusal are kept but not shown`() throws {
        let body = #"{"error":"interaction_required","claims":"{\"access_token\":{\"acrs\":{}}}"}"#
        guard case .refused(let error, _) = TokenReply(status: 400, retryAfter: nil, body: Data(body.utf8)) else {
            throw OAuthError("no refusal")
        }
        let failure = Failure(error, account: "ads", at: Date())
        #expect(failure.claims == #"{"access_token":{"acrs":{}}}"#)
        #expect(!failure.detail.contains("acrs") && failure.hint?.contains("acrs") == false)
    }
}
