import Accounts
import Failures
import FoundationEssentials
import MicrosoftIdentity
import OAuth
import Testing

struct EntraRemedyTests {
    private func failure(_ word: String, _ description: String?) -> Failure {
        let error = OAuthError(word, description: description)
        let catalogue = ProviderCatalogue(vendors: [MicrosoftIdentity()])
        return Failure(error, account: "ads", advice: catalogue.advice(on: error, account: "ads"), at: Date())
    }

    @Test func `the vendor's own code changes the hint and nothing else`() {
        let plain = failure("invalid_client", "Bad.")
        let precise = failure("invalid_client", "AADSTS7000215: Bad.")
        #expect(plain.code == precise.code)
        #expect(plain.hint?.hasPrefix("check client_id, client_secret") == true)
        #expect(precise.hint?.contains("the secret's value, not its id") == true)
    }

    @Test func `a passing error has no hint but for a code that is known`() {
        #expect(failure("temporarily_unavailable", "AADSTS90055: Busy.").hint?.contains("too many requests") == true)
        #expect(failure("temporarily_unavailable", "AADSTS1: What.").hint == nil)
        #expect(failure("invalid_grant", "AADSTS1: What.").hint == "consent again: valetkey login ads")
    }
}
