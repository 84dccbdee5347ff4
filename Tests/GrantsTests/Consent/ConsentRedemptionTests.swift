import Accounts
import Failures
import OAuth
import Testing
import Text

@testable import Grants

// A13
struct ConsentRedemptionTests {
    private typealias Lab = ConsentLab

    /// The failure of a request that the server has not acted on, with the pause that it asks for.
    private func busy(_ pause: Duration? = nil) -> RefreshOutcome {
        var failure = Failure(.badReply, "HTTP 503", retryAfter: pause, at: start.wall)
        failure.isUnprocessed = true
        return .failed(failure)
    }

    private func redeemed(_ lab: inout Lab, _ outcome: RefreshOutcome) {
        lab.happen { $0.redeemed(outcome, now: $1) }
    }

    @Test(arguments: [(nil, 2), (7, 7), (0, 1), (60, 60)] as [(Int?, Int)])
    func `a code that the server has not processed is redeemed once more, after the pause it asks for`(
        asked: Int?, pause: Int
    ) throws {
        var lab = try Lab.waiting(key: Secret("k"))
        let (request, fields, browser) = (try lab.request, try lab.response("code", "c"), lab.waiter())
        lab.happen { $0.respond(fields, from: browser, now: $1) }
        let order = lab.actions
        redeemed(&lab, busy(asked.map { .seconds($0) }))
        #expect(lab.actions.isEmpty && lab.consent.state == .redeeming)
        #expect(lab.machine.nextWake == (start + .seconds(pause)).instant)
        lab.pass(.seconds(pause) - .nanoseconds(1))
        lab.happen { $0.wake(now: $1) }
        #expect(lab.actions.isEmpty)
        lab.pass(.nanoseconds(1))
        lab.happen { $0.wake(now: $1) }
        #expect(lab.actions == order && order == [.redeem(code: Secret("c"), request, key: Secret("k"))])
        #expect(lab.machine.nextWake == nil)
        lab.happen { $0.wake(now: $1) }
        #expect(lab.actions.isEmpty)
        redeemed(&lab, .granted(.example(), sent: lab.now))
        lab.happen { $0.kept(.kept, now: $1) }
        #expect(lab.consent.state == .granted && lab.actions.first != nil)
    }

    @Test func `a code isn't redeemed a third time`() throws {
        var lab = try Lab.redeeming()
        redeemed(&lab, busy())
        try lab.wake()
        redeemed(&lab, busy(.seconds(1)))
        let failure = try #require(lab.consent.failure)
        #expect(lab.actions.first == .answerBrowsers([WaiterID(number: 2)], .page(.failed(failure))))
        #expect(lab.consent.state == .failed && failure.code.facts.exit == .tryAgain)
    }

    // AUTHZ-6
    @Test(arguments: [FailureCode.timeout, .replyCut, .badReply, .serverError, .invalidGrant])
    func `a code that may have been used is not redeemed again`(code: FailureCode) throws {
        var lab = try Lab.redeeming()
        redeemed(&lab, .failed(code, retryAfter: .seconds(1)))
        #expect(lab.consent.state == .failed && lab.machine.nextWake == nil)
    }

    @Test func `a server that asks for a pause of more than a minute gets no second try`() throws {
        var lab = try Lab.redeeming()
        redeemed(&lab, busy(.seconds(60) + .nanoseconds(1)))
        #expect(lab.consent.state == .failed && lab.consent.failure?.retryAfter == .seconds(60) + .nanoseconds(1))
    }

    @Test func `a client that acts for itself asks a second time as well`() throws {
        var lab = try Lab(.clientCredentials, key: Secret("k"))
        try lab.resolved()
        let order = try #require(lab.actions.last)
        redeemed(&lab, busy())
        try lab.wake()
        #expect(lab.actions == [order])
    }

    @Test func `a result that comes during the pause is ignored`() throws {
        var lab = try Lab.redeeming()
        redeemed(&lab, busy())
        redeemed(&lab, .granted(.example(), sent: lab.now))
        #expect(lab.actions.isEmpty && lab.machine.isPausing)
    }

    @Test func `a cancel during the pause ends the consent, the time limit doesn't`() throws {
        var lab = try Lab.redeeming()
        lab.pass(Lab.timeout)
        redeemed(&lab, busy(.seconds(30)))
        var expired = lab
        lab.happen { $0.cancel(now: $1) }
        #expect(lab.actions.first == .answerBrowsers([WaiterID(number: 2)], .page(.cancelled)))
        #expect(lab.consent.state == .cancelled && secrets(in: lab.machine).isEmpty)
        expired.pass(.seconds(30))
        expired.happen { $0.wake(now: $1) }
        guard case .redeem = expired.actions.first else {
            Issue.record("\(expired.actions)")
            return
        }
        expired.happen { $0.cancel(now: $1) }
        #expect(expired.actions.isEmpty && !expired.machine.isCancelled)
    }
}
