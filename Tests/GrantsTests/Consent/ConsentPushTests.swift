import Accounts
import Failures
import OAuth
import Testing

@testable import Grants

// PAR-2
struct ConsentPushTests {
    private typealias Lab = ConsentLab

    /// A consent whose first request lives for a minute.
    private func waiting(life: Int = 60) throws -> Lab {
        var lab = try Lab.pushing()
        try lab.pushed("urn:1", life: life)
        return lab
    }

    private func browse(_ lab: inout Lab) -> WaiterID {
        let browser = lab.waiter()
        lab.happen { $0.browserCame(browser, now: $1) }
        return browser
    }

    @Test func `each browser gets its own request, and the next one is pushed at the same time`() throws {
        var lab = try waiting()
        let request = try lab.request
        let first = browse(&lab)
        #expect(
            lab.actions == [
                .answerBrowsers([first], .forward(to: request.url(pushedAs: "urn:1"))), .push(request, key: nil),
            ])
        #expect(lab.consent.state == .pending && lab.consent.authorizationURL == nil)
        try lab.pushed("urn:2")
        #expect(lab.actions.isEmpty && lab.consent.authorizationURL == request.url(pushedAs: "urn:2"))
        let second = browse(&lab)
        #expect(lab.actions.first == .answerBrowsers([second], .forward(to: request.url(pushedAs: "urn:2"))))
    }

    @Test func `browsers that come during a push wait, and each gets its own request`() throws {
        var lab = try waiting()
        let request = try lab.request
        _ = browse(&lab)
        let (second, third) = (browse(&lab), browse(&lab))
        #expect(lab.actions.isEmpty)
        for (browser, uri) in [(second, "urn:2"), (third, "urn:3")] {
            try lab.pushed(uri)
            #expect(
                lab.actions == [
                    .answerBrowsers([browser], .forward(to: request.url(pushedAs: uri))), .push(request, key: nil),
                ])
        }
        try lab.pushed("urn:4")
        #expect(lab.actions.isEmpty && lab.consent.authorizationURL == request.url(pushedAs: "urn:4"))
    }

    @Test func `a request that is about to expire is replaced in time, and is used until then`() throws {
        var lab = try waiting()
        let request = try lab.request
        #expect(lab.machine.nextWake == (start + .seconds(45)).instant)
        lab.pass(.seconds(45) - .nanoseconds(1))
        lab.happen { $0.wake(now: $1) }
        #expect(lab.actions.isEmpty)
        lab.pass(.nanoseconds(1))
        lab.happen { $0.wake(now: $1) }
        #expect(lab.actions == [.push(request, key: nil)])
        lab.happen { $0.wake(now: $1) }
        #expect(lab.actions.isEmpty && lab.machine.nextWake == lab.consent.expires.instant)
        #expect(lab.consent.authorizationURL == request.url(pushedAs: "urn:1"))
        try lab.pushed("urn:2", life: 100)
        #expect(lab.consent.authorizationURL == request.url(pushedAs: "urn:2"))
        #expect(lab.machine.nextWake == (lab.now + .seconds(75)).instant)
    }

    @Test func `an expired request is given to no browser`() throws {
        var lab = try waiting()
        lab.pass(.seconds(59))
        #expect(lab.consent.authorizationURL != nil)
        lab.pass(.seconds(1))
        #expect(lab.consent.authorizationURL == nil)
        let browser = browse(&lab)
        #expect(lab.actions == [.push(try lab.request, key: nil)])
        try lab.pushed("urn:2")
        let url = try lab.request.url(pushedAs: "urn:2")
        #expect(lab.actions.first == .answerBrowsers([browser], .forward(to: url)))
    }

    @Test func `a failed push is reported to the waiting browsers, and tried again`() throws {
        var lab = try waiting()
        _ = browse(&lab)
        let second = browse(&lab)
        lab.happen { $0.pushed(.failure(.noReply), now: $1) }
        #expect(
            lab.actions == [
                .answerBrowsers([second], .page(.notReady(.noReply))), .tell(.pushFailed(.noReply)),
            ])
        #expect(lab.consent.state == .pending && lab.machine.nextWake == (start + .seconds(45)).instant)
        let third = browse(&lab)
        #expect(lab.actions == [.push(try lab.request, key: nil)])
        try lab.pushed("urn:2")
        let url = try lab.request.url(pushedAs: "urn:2")
        #expect(lab.actions.first == .answerBrowsers([third], .forward(to: url)))
    }

    @Test(arguments: [0, 1, 5])
    func `a server with very short lifetimes gets a push every five seconds, not without a pause`(life: Int) throws {
        var lab = try waiting(life: life)
        #expect(lab.machine.nextWake == (start + .seconds(5)).instant)
        _ = browse(&lab)
        let second = browse(&lab)
        try lab.pushed("urn:2", life: life)
        let url = try lab.request.url(pushedAs: "urn:2")
        #expect(lab.actions.first == .answerBrowsers([second], .forward(to: url)))
    }

    @Test func `a browser that waits for its request gets the verdict if the consent ends first`() throws {
        var lab = try waiting()
        let fields = try lab.response("code", "c")
        _ = browse(&lab)
        let (second, redirected) = (browse(&lab), lab.waiter())
        lab.happen { $0.respond(fields, from: redirected, now: $1) }
        try lab.pushed("urn:2")
        #expect(lab.actions.isEmpty)
        lab.happen { $0.redeemed(.refused("invalid_grant"), now: $1) }
        let failure = try #require(lab.consent.failure)
        #expect(lab.actions.first == .answerBrowsers([second, redirected], .page(.failed(failure))))

        var cancelled = try waiting()
        _ = browse(&cancelled)
        let waiting = browse(&cancelled)
        cancelled.happen { $0.cancel(now: $1) }
        #expect(cancelled.actions.first == .answerBrowsers([waiting], .page(.cancelled)))
        cancelled.happen { $0.pushed(.failure(.noReply), now: $1) }
        #expect(cancelled.actions.isEmpty)
    }

    @Test func `a push whose reply comes too late expires the consent`() throws {
        var lab = try waiting()
        _ = browse(&lab)
        let second = browse(&lab)
        lab.pass(.seconds(600))
        try lab.pushed("urn:2")
        #expect(lab.actions.first == .answerBrowsers([second], .page(.expired)))
        #expect(lab.consent.state == .expired)
    }
}
