import Accounts
import Failures
import FoundationEssentials
import OAuth
import Testing
import Text

@testable import Grants

/// How a grant reacts to the various refusals and replies of servers.
struct ServerWordsTests {
    private static let unexplained = RefreshOutcome.failed(
        Failure(.unexplainedRefusal, "HTTP 400 without an OAuth error", account: "demo", at: start.wall))

    private func told(_ actions: [GrantAction]) -> Int {
        actions.count { if case .tell(.refusedWithoutReason) = $0 { true } else { false } }
    }

    /// Refreshes at this time and returns the resulting actions.
    private func refuse(_ machine: inout GrantMachine, at now: Moment) throws -> [GrantAction] {
        let reader = ReaderID(number: UInt64(now.instant.nanoseconds))
        let order = try #require(machine.refreshNow(id: reader, deadline: now.instant, now: now).order)
        return machine.refreshEnded(Self.unexplained, of: order, now: now)
    }

    // A10
    @Test
    func `repeated refusals without a reason are reported once after the token's end, and then refreshes are rare`()
        throws
    {
        var machine = GrantMachine.active()
        for second in [0, 10, 20] { #expect(told(try refuse(&machine, at: start + .seconds(Int64(second)))) == 0) }
        #expect(try #require(machine.nextRefresh) < start.instant + .seconds(400))
        let over = start + .seconds(3700)
        #expect(told(try refuse(&machine, at: over)) == 1)
        let next = try #require(machine.nextRefresh)
        #expect(next >= over.instant + .seconds(1800) && next <= over.instant + .seconds(3600))
        #expect(told(try refuse(&machine, at: over + .seconds(4000))) == 0)
        #expect(machine.grant?.refreshToken == Secret("r1") && !machine.needsConsent)
        #expect(machine.lastFailure?.hint?.contains("valetkey login demo") == true)
    }

    // A10
    @Test func `the first refusal without a reason after the token's end isn't reported`() throws {
        var machine = GrantMachine.active()
        let over = start + .seconds(3700)
        #expect(told(try refuse(&machine, at: over)) == 0)
        #expect(try #require(machine.nextRefresh) < over.instant + .seconds(400))
        #expect(told(try refuse(&machine, at: over + .seconds(10))) == 1)
    }

    // A10
    @Test func `after a success such refusals are reported again`() throws {
        var machine = GrantMachine.active()
        for second in [3700, 3710] { _ = try refuse(&machine, at: start + .seconds(Int64(second))) }
        let now = start + .seconds(3720)
        let order = try #require(
            machine.refreshNow(id: ReaderID(number: 1), deadline: now.instant, now: now).order)
        let saved = try #require(machine.refreshEnded(.granted(.example("2"), sent: now), of: order, now: now).saved)
        _ = machine.saveEnded(nil, version: saved.version, now: now)
        let over = now + .seconds(3700)
        #expect(told(try refuse(&machine, at: over)) == 0)
        #expect(told(try refuse(&machine, at: over + .seconds(10))) == 1)
    }

    // A10
    @Test func `if the lifetime isn't stated, the fourth such refusal in a row is reported`() throws {
        let unstated = Grant(.example("1", expiresIn: nil), requestedScope: Scope(["mail"]), sent: start)
        var machine = GrantMachine.active(unstated)
        for second in [0, 10, 20] { #expect(told(try refuse(&machine, at: start + .seconds(Int64(second)))) == 0) }
        #expect(told(try refuse(&machine, at: start + .seconds(30))) == 1)
    }

    // D1
    @Test func `a grant requests tokens no more often than its server allows`() throws {
        let replies = ReplyTraits(allowance: RequestAllowance(burst: 4, refill: .seconds(30)))
        var machine = GrantMachine(account: "demo", policy: RefreshPolicy(replies: replies), jitter: Jitter(seed: 7))
        _ = machine.loadEnded(.example(), now: start)
        var times: [Int64] = []
        for second in Int64(0)..<900 {
            let now = start + .seconds(second)
            let reader = ReaderID(number: UInt64(second + 1))
            guard let order = machine.refreshNow(id: reader, deadline: now.instant, now: now).order else { continue }
            times.append(second)
            _ = machine.refreshEnded(.failed(.network), of: order, now: now)
        }
        for (index, time) in times.enumerated() { #expect(times[index...].count { $0 < time + 300 } < 15) }
        #expect(times.count >= 30)
    }

    // A3, REFRESH-9
    @Test func `a grant remembers that its server refuses scope`() {
        var tokens = IssuedTokens.example("2", refresh: "r2")
        tokens.refusesScope = true
        let once = Grant.example().refreshed(by: tokens, sent: start)
        #expect(once.refusesScope && once.refreshScope.isEmpty)
        let twice = once.refreshed(by: .example("3", refresh: "r3"), sent: start)
        #expect(twice.refusesScope && twice.refreshScope.isEmpty)
        #expect(!Grant.example().refusesScope && !Grant.example().refreshScope.isEmpty)
    }

    // A14
    @Test func `additional members of a reply are kept until another reply changes them`() {
        var grant = Grant.example()
        grant.extra = ["instance_url": .text("https://a.example"), "realmId": .text("42")]
        var tokens = IssuedTokens.example("2")
        tokens.extra = ["instance_url": .text("https://b.example")]
        #expect(
            grant.refreshed(by: tokens, sent: start).extra == [
                "instance_url": .text("https://b.example"), "realmId": .text("42"),
            ])
    }

    // A8, TOKEN-5
    @Test func `a token of another type is handed out once the account allows it, without a new consent`() throws {
        var machine = GrantMachine.empty
        var grant = Grant.example()
        grant.tokenType = "bot"
        let saved = try #require(machine.consented(grant, now: start).saved)
        let refused = machine.saveEnded(nil, version: saved.version, now: start)
        #expect(!refused.publishes && machine.lastFailure?.detail.contains("\"bot\"") == true)
        #expect(machine.lastFailure?.hint?.contains("token_type = \"Bearer\" in [accounts.demo]") == true)
        let actions = machine.adopt(RefreshPolicy(replies: ReplyTraits(takesAnyType: true)), now: start)
        #expect(actions.publishes && machine.published?.accessToken == Secret("a1"))
        #expect(machine.published?.tokenType == "Bearer")
        #expect(actions.order == nil)
    }

    // TOKEN-5
    @Test(arguments: [
        "a\r\nX-Injected: 1", "a\n", "\ra", "a b", " a", "a\t", "a\u{0}", "é", "a\u{7f}", "a\u{80}", "a\u{1f}b",
        "\u{a0}a", "",
    ])
    func `a token that can't be sent in a header isn't handed out`(_ token: String) {
        var grant = Grant.example()
        #expect(grant.isUsable)
        grant.accessToken = Secret(token)
        #expect(!grant.isUsable)
        grant.replies.takesAnyType = true
        #expect(!grant.isUsable)
    }

    // TOKEN-5
    @Test func `a token whose id_token was rejected isn't handed out`() {
        var grant = Grant.example()
        grant.isBelieved = false
        grant.replies.takesAnyType = true
        #expect(!grant.isUsable)
    }

    // TOKEN-10
    @Test func `a rotated refresh token is saved before its id_token is validated, and the access token waits`()
        throws
    {
        var (machine, order, reader) = GrantMachine.refreshing()
        var tokens = IssuedTokens.example("2", refresh: "r2")
        tokens.idToken = Secret("e30.e30.AA")
        let first = try #require(machine.refreshEnded(.granted(tokens, sent: start), of: order, now: start).saved)
        #expect(first.grant.refreshToken == Secret("r2") && !first.grant.isUsable)
        let judging = machine.saveEnded(nil, version: first.version, now: start)
        let wanted = try #require(judging.order)
        #expect(wanted.grant.unjudged?.idToken == Secret("e30.e30.AA"))
        #expect(!judging.publishes && judging.answers.isEmpty && machine.published?.accessToken == Secret("a1"))
        let identity = Identity(issuer: "i", subject: "s", audience: ["a"])
        let second = try #require(machine.refreshEnded(.judged(identity), of: wanted, now: start).saved)
        #expect(second.grant.unjudged == nil && second.grant.identity == identity && second.grant.isUsable)
        let done = machine.saveEnded(nil, version: second.version, now: start)
        #expect(done.publishes && done.answers.first?.ids == [reader])
        #expect(machine.published?.accessToken == Secret("a2"))
    }

    // TOKEN-10, OIDC-2
    @Test func `if the id_token is rejected, the refresh token is kept and the access token dropped`() throws {
        var (machine, order, _) = GrantMachine.refreshing()
        var tokens = IssuedTokens.example("2", refresh: "r2")
        tokens.idToken = Secret("e30.e30.AA")
        let first = try #require(machine.refreshEnded(.granted(tokens, sent: start), of: order, now: start).saved)
        let wanted = try #require(machine.saveEnded(nil, version: first.version, now: start).order)
        let second = try #require(machine.refreshEnded(.judged(nil), of: wanted, now: start).saved)
        #expect(second.grant.refreshToken == Secret("r2") && second.grant.accessToken == Secret("a1"))
        _ = machine.saveEnded(nil, version: second.version, now: start)
        #expect(machine.published?.accessToken == Secret("a1") && machine.lastFailure?.code == .unusableToken)
        #expect(machine.lastFailure?.detail.contains("id_token") == true)
    }

    // TOKEN-10
    @Test func `a saved id_token is validated after a restart, and its access token not served before`() throws {
        var grant = Grant.example()
        grant.unjudged = UnjudgedToken(idToken: Secret("e30.e30.AA"), before: Secret("a0"))
        var machine = GrantMachine.loading
        let actions = machine.loadEnded(grant, isOfEarlierBoot: true, now: start)
        #expect(actions.order?.grant.unjudged != nil && machine.published == nil)
    }
}
