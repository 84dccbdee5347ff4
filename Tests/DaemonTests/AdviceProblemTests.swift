import APIContract
import Failures
import FoundationEssentials
import Grants
import Testing

@testable import Daemon

struct AdviceProblemTests {
    private func answers(_ failure: Failure) -> [ReaderAnswer] {
        [.consentRequired(failure), .misconfigured(failure), .unavailable(failure, retryAfter: .seconds(1))]
    }

    @Test(arguments: FailureCode.allCases)
    func `the answer to a reader without a token names the account and the remedy, whatever the reason`(
        _ code: FailureCode
    ) throws {
        let failure = Failure(code, "the server says no", account: "ads", at: Date(timeIntervalSince1970: 1))
        for answer in answers(failure) {
            let problem = try #require(Problem.unread(answer, account: "ads"))
            #expect(problem.detail.hasPrefix("ads") && problem.detail.contains(failure.detail))
            if let hint = failure.hint { #expect(problem.hint?.hasSuffix(hint) == true) }
        }
        #expect(Problem.unread(answers(failure)[0], account: "ads")?.hint?.isEmpty == false)
    }
}
