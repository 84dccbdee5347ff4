import Accounts
import Failures
import FoundationEssentials
import OAuth
import Testing
import Text

@testable import Grants

/// Tests access tokens whose lifetime the server doesn't state.
struct UnstatedLifetimeTests {
    private static let need = ReaderNeed(validity: .seconds(1_000_000))

    private func grant(
        _ lifetime: Duration? = nil, refresh: String? = "r1", _ tokenLifetime: TokenLifetime? = nil
    ) -> Grant {
        var grant = Grant(
            .example("1", expiresIn: lifetime, refresh: refresh), requestedScope: Scope(["mail"]), sent: start)
        grant.replies.tokenLifetime = tokenLifetime
        return grant
    }

    private func machine(_ grant: Grant) -> GrantMachine {
        var machine = GrantMachine(
            account: "demo", policy: RefreshPolicy(replies: grant.replies), jitter: Jitter(seed: 7))
        _ = machine.loadEnded(grant, now: start)
        return machine
    }

    // A4, A5, A7, TOKEN-8
    @Test(
        arguments: [
            (nil, "r1", nil, nil), (nil, nil, nil, nil), (0, nil, nil, nil), (0, "r1", nil, 0), (60, nil, nil, 60),
            (nil, "r1", .limited(.seconds(900)), 900), (nil, nil, .limited(.seconds(900)), 900),
            (60, "r1", .limited(.seconds(900)), 60), (0, nil, .limited(.seconds(900)), 900),
            (nil, "r1", .unlimited, nil),
            (60, "r1", .unlimited, 60),
        ] as [(Int64?, String?, TokenLifetime?, Int64?)])
    func `the server's lifetime takes precedence over the account's, and else it is unknown`(
        _ stated: Int64?, _ refresh: String?, _ configured: TokenLifetime?, _ expected: Int64?
    ) {
        let grant = grant(stated.map { .seconds($0) }, refresh: refresh, configured)
        #expect(grant.lifetime == expected.map { .seconds($0) })
        #expect(grant.expires == expected.map { start + .seconds($0) })
    }

    // A4, TOKEN-8
    @Test func `without a refresh token the token is served until it is refused, and no consent is requested`() throws {
        var machine = machine(grant(refresh: nil))
        #expect(machine.nextWake == nil)
        let later = start + .seconds(90 * 86_400)
        #expect(machine.wake(now: later).isEmpty && !machine.needsConsent)
        #expect(machine.published?.satisfies(Self.need, at: later.instant) == true)
    }

    // A4, TOKEN-8
    @Test func `with a refresh token it is refreshed as if it lived for an hour, and still served if that fails`()
        throws
    {
        var machine = machine(grant())
        let due = try #require(machine.nextRefresh)
        #expect(due > start.instant + .seconds(3000) && due < start.instant + .seconds(3600))
        let later = Moment(instant: due, wall: start.wall)
        let order = try #require(machine.wake(now: later).order)
        let failed = machine.refreshEnded(.failed(.badReply), of: order, now: later)
        guard case .tell(.refreshFailed(_, _, let validFor)) = failed.first else { throw OAuthError("not told") }
        #expect(validFor == nil)
        #expect(machine.published?.satisfies(Self.need, at: (later + .seconds(86_400)).instant) == true)
    }

    // A4, TOKEN-8
    @Test func `an unlimited token is refreshed only on request`() {
        var machine = machine(grant(nil, .unlimited))
        #expect(machine.nextRefresh == nil && machine.nextWake == nil)
        #expect(machine.wake(now: start + .seconds(100_000)).isEmpty && !machine.needsConsent)
        let reader = ReaderID(number: 1)
        #expect(machine.refreshNow(id: reader, deadline: start.instant + .seconds(30), now: start).order != nil)
    }

    // A5, TOKEN-8
    @Test func `a token is refreshed before, and not served after, the lifetime that the account states`() throws {
        let machine = machine(grant(nil, .limited(.seconds(900))))
        let due = try #require(machine.nextRefresh)
        #expect(due < start.instant + .seconds(900))
        #expect(machine.published?.satisfies(ReaderNeed(), at: start.instant + .seconds(890)) == true)
        #expect(machine.published?.satisfies(ReaderNeed(), at: start.instant + .seconds(900)) == false)
    }

    // A5, TOKEN-8
    @Test func `a reload with another lifetime applies to the current token`() throws {
        var machine = machine(grant())
        var replies = ReplyTraits.standard
        replies.tokenLifetime = .limited(.seconds(900))
        let actions = machine.adopt(RefreshPolicy(replies: replies), now: start)
        #expect(actions.publishes && machine.published?.expires == start.instant + .seconds(900))
        #expect(try #require(machine.nextRefresh) < start.instant + .seconds(900))
        _ = machine.adopt(RefreshPolicy(), now: start)
        #expect(machine.published?.expires == nil)
    }

    // A15
    @Test func `a refresh token that expires before the access token is used earlier`() {
        var grant = grant(.seconds(3600))
        grant.consentEnds = start.wall + 1800
        var jitter = Jitter(seed: 1)
        for _ in 0..<50 {
            let due = RefreshPolicy().due(grant, jitter: &jitter)
            #expect(due.map { $0 <= start.instant + .seconds(1350) } == true)
        }
        grant.consentEnds = start.wall + 10
        #expect(RefreshPolicy().due(grant, jitter: &jitter).map { $0 <= start.instant + .seconds(30) } == true)
    }

    // A15
    @Test func `the end of a consent is announced only if refreshes don't postpone it`() {
        var first = IssuedTokens.example()
        first.refreshTokenExpiresIn = .seconds(604_800)
        var grant = Grant(first, requestedScope: Scope(["mail"]), sent: start)
        #expect(grant.consentEnds == start.wall + 604_800)
        #expect(grant.endsSoon(at: start.wall + 400_000) == false && grant.endsSoon(at: start.wall + 460_000) == true)
        // No lifetime is stated for the same refresh token, so its end remains.
        let day = start + .seconds(86_400)
        #expect(grant.refreshed(by: .example("2", refresh: nil), sent: day).consentEnds == start.wall + 604_800)
        // A new refresh token without a stated lifetime has no end.
        #expect(grant.refreshed(by: .example("2", refresh: "r2"), sent: day).consentEnds == nil)
        #expect(grant.refreshed(by: .example("2", refresh: "r2"), sent: day).endsSoon(at: day.wall) == nil)
        first.refreshToken = Secret("r2")
        grant = grant.refreshed(by: first, sent: day)
        #expect(grant.consentEnds == day.wall + 604_800 && grant.endsSoon(at: start.wall + 460_000) == false)
        // The warning begins two weeks before the end at the earliest.
        grant.consentLife = .seconds(365 * 86_400)
        grant.consentEnds = start.wall + 15 * 86_400
        #expect(grant.endsSoon(at: start.wall) == false && grant.endsSoon(at: start.wall + 86_401) == true)
    }
}
