import Accounts
import Failures
import OAuth
import Testing
import Text

@testable import Grants

struct ConsentDeviceTests {
    private typealias Lab = ConsentLab

    /// The time from now until the next poll.
    private func pause(_ lab: Lab) throws -> Duration { try #require(lab.machine.nextWake) - lab.now.instant }

    private func poll(_ lab: inout Lab, _ outcome: RefreshOutcome) throws {
        try lab.wake()
        guard case .poll = lab.actions.first else {
            Issue.record("no poll: \(lab.actions)")
            return
        }
        lab.happen { $0.polled(outcome, now: $1) }
    }

    // DEVICE-1, DEVICE-2
    @Test func `a poll is sent after each interval, and one at a time`() throws {
        var lab = try Lab.polling(interval: 7)
        lab.pass(.seconds(7) - .nanoseconds(1))
        lab.happen { $0.wake(now: $1) }
        #expect(lab.actions.isEmpty)
        lab.pass(.nanoseconds(1))
        lab.happen { $0.wake(now: $1) }
        let account = try #require(ResolvedAccount(try lab.terms.settings))
        #expect(lab.actions == [.poll(try Lab.device(interval: 7), account, key: nil)])
        lab.pass(.seconds(20))
        lab.happen { $0.wake(now: $1) }
        #expect(lab.actions.isEmpty && lab.machine.nextWake == lab.consent.expires.instant)
        // The interval starts at the reply.
        lab.happen { $0.polled(.refused("authorization_pending"), now: $1) }
        #expect(try lab.actions.isEmpty && pause(lab) == .seconds(7))
    }

    // DEVICE-2, DEVICE-3
    @Test func `slow_down lengthens this and all later intervals, and a missing reply doubles them`()
        throws
    {
        var lab = try Lab.polling(life: 3000)
        let steps: [(RefreshOutcome, Int)] = [
            (.refused("slow_down"), 10), (.refused("authorization_pending"), 10), (.refused("slow_down"), 15),
            (.failed(), 30), (.refused("authorization_pending"), 30), (.refused("temporarily_unavailable"), 30),
            (.failed(.badReply), 60), (.failed(.connection), 120), (.failed(.connection), 120),
        ]
        for (outcome, seconds) in steps {
            try poll(&lab, outcome)
            #expect(try pause(lab) == .seconds(seconds))
        }
    }

    @Test func `a longer pause that the server asks for is kept`() throws {
        var lab = try Lab.polling()
        try poll(&lab, .refused("authorization_pending", retryAfter: .seconds(40)))
        #expect(try pause(lab) == .seconds(40))
        try poll(&lab, .failed(.badReply, retryAfter: .seconds(60)))
        #expect(try pause(lab) == .seconds(60))
        try poll(&lab, .refused("authorization_pending", retryAfter: .seconds(1)))
        #expect(try pause(lab) == .seconds(10))
    }

    @Test func `tokens become a grant`() throws {
        var lab = try Lab.polling()
        let settings = try lab.terms.settings
        try poll(&lab, .granted(.example(), sent: start))
        let grant = Grant(.example(), requestedScope: Scope(["mail"]), sent: start)
        #expect(lab.actions == [.keep(grant, settings)])
        #expect(lab.consent.state == .redeeming && lab.consent.device == nil && lab.machine.nextWake == nil)
    }

    // DEVICE-5, B4
    @Test(
        arguments: [
            ("access_denied", Consent.State.refused), ("expired_token", .expired), ("invalid_grant", .failed),
            ("invalid_client", .failed), ("authorization_declined", .refused), ("bad_verification_code", .failed),
            ("unsupported_response_type", .failed),
        ] as [(String, Consent.State)])
    func `an error ends the consent`(code: String, state: Consent.State) throws {
        var lab = try Lab.polling()
        let waiter = lab.waiter()
        lab.happen { $0.wait(waiter, until: .distantFuture, now: $1) }
        try poll(&lab, .refused(code))
        #expect(lab.actions == [.answerWaiters([waiter], lab.consent), .tell(.ended(lab.consent))])
        #expect(lab.consent.state == state && lab.consent.failure?.word == code)
        #expect(lab.machine.nextWake == nil)
    }

    @Test func `a configuration error ends the consent, because no further poll can succeed`() throws {
        var lab = try Lab.polling()
        try poll(&lab, .failed(.clientSecret))
        #expect(lab.consent.state == .failed && lab.consent.failure?.code == .clientSecret)
    }

    @Test func `a consent expires before a poll that is due at the same time`() throws {
        var lab = try Lab.polling(interval: 5, life: 5)
        lab.pass(.seconds(5))
        lab.happen { $0.wake(now: $1) }
        #expect(lab.actions == [.tell(.ended(lab.consent))])
        #expect(lab.consent.state == .expired)
    }

    @Test(arguments: [false, true])
    func `tokens that arrive after the end are not accepted`(isCancelled: Bool) throws {
        var lab = try Lab.polling(life: 20)
        try lab.wake()
        if isCancelled { lab.happen { $0.cancel(now: $1) } } else { lab.pass(.seconds(15)) }
        lab.happen { $0.polled(.granted(.example(), sent: start), now: $1) }
        #expect(lab.actions == (isCancelled ? [] : [.tell(.ended(lab.consent))]))
        #expect(lab.consent.state == (isCancelled ? .cancelled : .expired))
    }

    @Test func `tokens that arrive at the last moment are accepted`() throws {
        var lab = try Lab.polling(life: 20)
        try lab.wake()
        lab.pass(.seconds(15) - .nanoseconds(1))
        lab.happen { $0.polled(.granted(.example(), sent: start), now: $1) }
        #expect(lab.consent.state == .redeeming)
    }

    @Test func `a reply without a poll has no effect`() throws {
        var lab = try Lab.polling()
        lab.happen { $0.polled(.granted(.example(), sent: start), now: $1) }
        #expect(lab.actions.isEmpty && lab.consent.state == .pending)
        #expect(try pause(lab) == .seconds(5))
    }
}
