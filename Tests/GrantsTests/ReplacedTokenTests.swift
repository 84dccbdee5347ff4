import Failures
import OAuth
import Testing
import Text

@testable import Grants

/// Replies that have a new refresh token and no access token.
struct ReplacedTokenTests {
    private static let failure = Failure(.badReply, "HTTP 200 without an access token", at: start.wall)
    private let replaced = RefreshOutcome.replaced(refreshToken: Secret("r2"), failure)

    // TOKEN-11
    @Test func `the new refresh token is saved, and the refresh is repeated with it soon`() throws {
        var (machine, order, reader) = GrantMachine.refreshing()
        let published = machine.published
        let actions = machine.refreshEnded(replaced, of: order, now: start)
        let saved = try #require(actions.saved)
        #expect(saved.grant.refreshToken == Secret("r2") && saved.grant.accessToken == Secret("a1"))
        #expect(saved.version == machine.version && saved.version != order.version)
        #expect(machine.published == published && actions.answers.isEmpty && !actions.publishes)
        #expect(machine.nextRefresh == nil)
        let after = machine.saveEnded(nil, version: saved.version, now: start)
        #expect(after.answers.isEmpty && !after.publishes && after.order == nil)
        let next = try #require(machine.nextRefresh)
        #expect(next > start.instant && next <= start.instant + .seconds(5))
        let again = try #require(machine.wake(now: Moment(instant: next, wall: start.wall)).order)
        #expect(again.grant.refreshToken == Secret("r2") && again.version == saved.version)
        let tokens = IssuedTokens.example("3", refresh: "r3")
        let end = try #require(machine.refreshEnded(.granted(tokens, sent: start), of: again, now: start).saved)
        let answers = machine.saveEnded(nil, version: end.version, now: start).answers
        #expect(answers.map(\.ids) == [[reader]] && machine.lastFailure == nil)
    }

    // TOKEN-11
    @Test func `a server that never sends an access token is asked less and less often`() throws {
        var (machine, order, _) = GrantMachine.refreshing()
        var now = start
        for number in 2...12 {
            let outcome = RefreshOutcome.replaced(refreshToken: Secret("r\(number)"), Self.failure)
            let saved = try #require(machine.refreshEnded(outcome, of: order, now: now).saved)
            _ = machine.saveEnded(nil, version: saved.version, now: now)
            #expect(machine.lastFailure?.code == .badReply)
            now = Moment(instant: try #require(machine.nextRefresh), wall: start.wall)
            order = try #require(machine.wake(now: now).order)
        }
        #expect(now.instant > start.instant + .seconds(60))
    }

    // TOKEN-11
    @Test func `the same refresh token once more is a failure and nothing to save`() throws {
        var (machine, order, _) = GrantMachine.refreshing()
        let same = RefreshOutcome.replaced(refreshToken: Secret("r1"), Self.failure)
        let actions = machine.refreshEnded(same, of: order, now: start)
        #expect(actions.saved == nil)
        #expect(machine.version == order.version && machine.lastFailure?.code == .badReply)
    }

    // TOKEN-11, LOGOUT-1
    @Test func `a new refresh token that comes too late is rescued, or revoked after a logout`() throws {
        var machine = GrantMachine.empty
        let order = RefreshOrder(version: machine.version, grant: .example())
        _ = machine.consented(.example("9", refresh: "r9"), now: start)
        let rescue = machine.refreshEnded(replaced, of: order, now: start)
        guard case .rescue(let grant, let used) = try #require(rescue.first) else { throw OAuthError("no rescue") }
        #expect(grant.refreshToken == Secret("r2") && used == Secret("r1"))
        _ = machine.logout(now: start)
        let revoke = machine.refreshEnded(replaced, of: order, now: start)
        guard case .revoke(let ended) = try #require(revoke.first) else { throw OAuthError("not revoked") }
        #expect(ended.refreshToken == Secret("r2"))
    }

    // A15
    @Test func `the end that was stated for the old refresh token doesn't hold for the new one`() throws {
        var grant = Grant.example()
        grant.consentEnds = start.wall
        #expect(replaced.grant(after: grant)?.consentEnds == nil)
        #expect(RefreshOutcome.failed(Self.failure).grant(after: grant) == nil)
    }
}
