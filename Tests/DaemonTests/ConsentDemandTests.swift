import APIContract
import Accounts
import Failures
import FoundationEssentials
import Testing

@testable import Daemon

struct ConsentDemandTests {
    // D7, STEP-1
    @Test(
        arguments: [
            (nil, nil, nil), (#"{"a":1}"#, nil, #"{"a":1}"#), (nil, #"{"b":2}"#, #"{"b":2}"#),
            (#"{"a":1}"#, #"{"b":2}"#, #"{"b":2}"#),
        ] as [(String?, String?, String?)])
    func `a consent requests the claims of a refused refresh, unless the caller states others`(
        _ wanted: String?, _ stated: String?, _ asked: String?
    ) {
        var failure = Failure(.interactionRequired, "no", at: Date(timeIntervalSince1970: 1))
        failure.claims = wanted
        let demands = ConsentDemands(ConsentRequest(claims: stated, acrValues: "urn:mfa", maxAge: 5), after: failure)
        #expect(demands == ConsentDemands(claims: asked, acrValues: "urn:mfa", maxAge: 5))
        #expect(ConsentDemands(ConsentRequest(claims: stated), after: nil).claims == stated)
    }
}
