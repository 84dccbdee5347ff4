import Accounts
import Failures
import OAuth
import Testing
import Text

@testable import Grants

struct ConsentPreparationTests {
    private typealias Lab = ConsentLab

    @Test func `a browser's consent finds its endpoints, opens a listener, and answers those who started it`() throws {
        var lab = try Lab(.loopback)
        #expect(lab.actions == [.resolve(try lab.terms.settings, .loopback)])
        #expect(lab.consent.state == .preparing && lab.machine.nextWake == nil)
        #expect(lab.consent.expires == start + Lab.timeout)
        try lab.resolved()
        #expect(lab.actions == [.listen(port: nil, path: "/callback")])
        #expect(lab.consent.state == .preparing && lab.machine.hasListener)
        lab.listening()
        let consent = lab.consent
        #expect(lab.actions == [.answerStarts([Lab.starter], .success(consent)), .tell(.started(.loopback))])
        #expect(consent.state == .pending && consent.openURL == "http://127.0.0.1:4711/open")
        #expect(consent.redirectURI == "http://127.0.0.1:4711/callback")
        #expect(consent.authorizationURL == (try lab.request.url))
        #expect((consent.account, consent.id, consent.flow) == ("demo", "c1", .loopback))
    }

    // NATIVE-4
    @Test func `a fixed port is used for the listener`() throws {
        var lab = try Lab(.loopback) { $0.redirectURI = try RedirectURI("http://localhost:8080") }
        try lab.resolved()
        #expect(lab.actions == [.listen(port: 8080, path: "/")])
    }

    @Test func `a consent for a paste needs no listener`() throws {
        var lab = try Lab(.paste)
        try lab.resolved()
        #expect(lab.actions == [.answerStarts([Lab.starter], .success(lab.consent)), .tell(.started(.paste))])
        #expect(lab.consent.openURL == nil && lab.consent.redirectURI == "http://127.0.0.1/callback")
        #expect(!lab.machine.hasListener)
    }

    // PAR-1
    @Test(arguments: [Consent.Flow.loopback, .paste])
    func `a request that must be pushed is pushed before its consent is reported`(flow: Consent.Flow) throws {
        var lab = try Lab.pushing(flow)
        #expect(lab.actions == [.push(try lab.request, key: nil)])
        #expect(lab.consent.state == .preparing && lab.consent.authorizationURL == nil)
        try lab.pushed("urn:1")
        #expect(lab.actions == [.answerStarts([Lab.starter], .success(lab.consent)), .tell(.started(flow))])
        #expect(lab.consent.authorizationURL == (try lab.request.url(pushedAs: "urn:1")))
    }

    // DEVICE-4
    @Test func `a device's consent asks for a user code and shows it`() throws {
        var lab = try Lab(.device)
        try lab.resolved()
        #expect(lab.actions == [.authorizeDevice(try #require(ResolvedAccount(try lab.terms.settings)))])
        try lab.deviceAuthorized()
        #expect(lab.actions == [.answerStarts([Lab.starter], .success(lab.consent)), .tell(.started(.device))])
        #expect(lab.consent.device?.userCode == "AB-CD" && lab.consent.authorizationURL == nil)
        #expect(lab.consent.device?.verificationURI == "https://as.example/d")
        #expect(lab.consent.device?.verificationURIComplete == "https://as.example/d?c=AB-CD")
    }

    // CC-1
    @Test func `a client that acts for itself asks for its tokens at once`() throws {
        var lab = try Lab(.clientCredentials, key: Secret("k"))
        try lab.resolved()
        let account = try #require(ResolvedAccount(try lab.terms.settings))
        #expect(
            lab.actions == [
                .answerStarts([Lab.starter], .success(lab.consent)), .tell(.started(.clientCredentials)),
                .requestTokens(account, key: Secret("k")),
            ])
        #expect(lab.consent.state == .redeeming && lab.consent.expires == start + Lab.timeout)
    }

    @Test func `each request has its own state and verifier, and the verifier is sent with the code`() throws {
        var lab = try Lab.waiting(key: Secret("k"))
        let request = try lab.request
        #expect(try Lab.waiting(.paste).request.redirectURI != request.redirectURI)
        let (browser, fields) = (lab.waiter(), try lab.response("code", "c"))
        lab.happen { $0.respond(fields, from: browser, now: $1) }
        #expect(lab.actions == [.redeem(code: Secret("c"), request, key: Secret("k"))])
    }

    @Test func `all callers during the preparation are answered at its end, and later ones at once`() throws {
        var lab = try Lab(.loopback)
        try lab.resolved()
        let (second, third) = (lab.waiter(), lab.waiter())
        lab.happen { $0.join(second, now: $1) }
        #expect(lab.actions.isEmpty)
        lab.listening()
        #expect(lab.actions.first == .answerStarts([Lab.starter, second], .success(lab.consent)))
        lab.happen { $0.join(third, now: $1) }
        #expect(lab.actions == [.answerStarts([third], .success(lab.consent))])
    }

    @Test func `the time limit starts when the user can consent`() throws {
        var lab = try Lab(.loopback)
        lab.pass(.seconds(20))
        try lab.resolved()
        lab.pass(.seconds(10))
        lab.listening()
        #expect(lab.consent.expires == start + .seconds(630))
        #expect(lab.machine.nextWake == (start + .seconds(630)).instant)
    }

    @Test(arguments: [(300, 300), (3000, 600)])
    func `a device consent lasts as long as its code, but no longer than the time limit`(life: Int, expected: Int)
        throws
    {
        let lab = try Lab.polling(life: life)
        #expect(lab.consent.expires == start + .seconds(expected))
    }

    // MARK: - Failed preparations

    @Test func `without endpoints no consent begins, and the callers are told why`() throws {
        for flow in Consent.Flow.allCases {
            var lab = try Lab(flow)
            try lab.resolved(.noReply)
            #expect(lab.actions == [.answerStarts([Lab.starter], .failure(.noReply))])
            #expect(lab.machine.couldNotBegin && lab.consent.state == .failed && lab.consent.failure == .noReply)
        }
        var lab = try Lab(.paste) { $0.endpoints.authorization = nil }
        try lab.resolved()
        guard case .answerStarts(_, .failure(let failure)) = lab.actions.first else {
            Issue.record("nobody is told")
            return
        }
        #expect(failure.code == .noEndpoint)
    }

    @Test func `a port that can't be bound is reported with a code of its own`() throws {
        var lab = try Lab(.loopback)
        try lab.resolved()
        lab.listening(.noReply)
        #expect(lab.actions == [.answerStarts([Lab.starter], .failure(.noReply))])
        #expect(lab.machine.couldNotBegin && !lab.machine.hasListener)
    }

    @Test func `a refused push or device request closes the listener`() throws {
        var pushing = try Lab.pushing()
        pushing.happen { $0.pushed(.failure(.noReply), now: $1) }
        #expect(
            pushing.actions == [.answerStarts([Lab.starter], .failure(.noReply)), .closeListener])
        #expect(pushing.machine.couldNotBegin && pushing.machine.hasListener && pushing.machine.mark == nil)
        var device = try Lab(.device)
        try device.resolved()
        device.happen { $0.deviceAuthorized(.failure(.noReply), now: $1) }
        #expect(device.actions == [.answerStarts([Lab.starter], .failure(.noReply))])
    }

    // MARK: - Cancellation during the preparation

    @Test func `a consent can be cancelled during its preparation, and later results have no effect`() throws {
        var lab = try Lab(.loopback)
        try lab.resolved()
        lab.happen { $0.cancel(now: $1) }
        #expect(lab.actions == [.answerStarts([Lab.starter], .success(lab.consent))])
        #expect(lab.consent.state == .cancelled && lab.machine.isCancelled && !lab.machine.couldNotBegin)
        lab.listening()
        #expect(lab.actions == [.closeListener] && lab.machine.hasListener)
        lab.machine.listenerClosed()
        #expect(!lab.machine.hasListener)
        try lab.pushed("urn:1")
        #expect(lab.actions.isEmpty)
    }

    @Test func `a consent that is cancelled at any stage of its preparation never waits for its user`() throws {
        var resolving = try Lab(.device)
        let account = try #require(ResolvedAccount(try resolving.terms.settings))
        resolving.happen { $0.cancel(now: $1) }
        var random = Jitter(seed: 1)
        #expect(resolving.machine.resolved(.success(account), now: start, using: &random).isEmpty)
        var authorizing = try Lab(.device)
        try authorizing.resolved()
        authorizing.happen { $0.cancel(now: $1) }
        try authorizing.deviceAuthorized()
        #expect(authorizing.actions.isEmpty)
        var pushing = try Lab.pushing()
        pushing.happen { $0.cancel(now: $1) }
        #expect(pushing.actions == [.answerStarts([Lab.starter], .success(pushing.consent)), .closeListener])
        try pushing.pushed("urn:1")
        #expect(pushing.actions.isEmpty)
        for lab in [resolving, authorizing, pushing] { #expect(lab.consent.state == .cancelled) }
    }

    @Test func `a listener that fails to open after the cancel has no effect`() throws {
        var lab = try Lab(.loopback)
        try lab.resolved()
        lab.happen { $0.cancel(now: $1) }
        lab.listening(.noReply)
        #expect(lab.actions.isEmpty && !lab.machine.hasListener && lab.consent.state == .cancelled)
        lab.listening()
        #expect(lab.actions.isEmpty)
    }

    @Test func `a browser or a paste during the preparation has no effect`() throws {
        var lab = try Lab.pushing()
        let (browser, other, paster) = (lab.waiter(), lab.waiter(), lab.waiter())
        let fields = try lab.response("code", "c")
        lab.happen { $0.respond(fields, from: browser, now: $1) }
        #expect(lab.actions == [.answerBrowsers([browser], .page(.foreign))])
        lab.happen { $0.browserCame(other, now: $1) }
        #expect(lab.actions == [.answerBrowsers([other], .page(.foreign))])
        lab.happen { $0.paste("c1", from: paster, now: $1) }
        #expect(lab.actions == [.refusePaste(paster, .noConsent("demo", at: lab.now))])
        #expect(lab.consent.state == .preparing)
    }
}
