import APIContract
import APIServer
import AuthorizationServer
import Failures
import Grants
import Testing
import Text

@testable import Daemon

/// What a reader is answered that reports a token that a server has refused.
@Suite(.timeLimit(.minutes(5))) struct RefusedTokenTests {
    @Test func `the current token is refreshed, once`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            let first = try #require(rig.grant?.accessToken.expose())
            let second = try await rig.replace(first).get().accessToken
            #expect(second != first && second == rig.grant?.accessToken.expose())
            // Another program that still has the first one gets the second.
            #expect(try await rig.replace(first).get().accessToken == second)
            #expect(rig.server.activity.refreshes.count == 1)
        }
    }

    @Test func `a newer token that is refused as well isn't refreshed for 30 seconds`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            let first = try #require(rig.grant?.accessToken.expose())
            let second = try await rig.replace(first).get().accessToken
            rig.clock.advance(by: .seconds(10))
            guard case .failure(let problem) = await rig.replace(second) else { throw Unexpected() }
            #expect(problem.code == .tooManyRequests && (20...21).contains(problem.retryAfter ?? 0))
            #expect(rig.server.activity.refreshes.count == 1)
            rig.clock.advance(by: .seconds(20))
            #expect(try await rig.replace(second).get().accessToken != second)
        }
    }

    @Test func `the limit is one of each account`() {
        let tokens = RefusedTokens()
        let now = Instant(nanoseconds: 1_000_000_000)
        #expect(tokens.take("a", at: now) == nil && tokens.take("b", at: now) == nil)
        #expect(tokens.take("a", at: now + .seconds(29)) == .seconds(1))
        #expect(tokens.take("a", at: now + .seconds(30)) == nil)
    }

    @Test func `a token that nobody knows is answered with the current one`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            #expect(try await rig.replace("other").get().accessToken == rig.grant?.accessToken.expose())
            #expect(rig.server.activity.refreshes.isEmpty)
            guard case .failure(let problem) = await rig.replace("t", of: "none") else { throw Unexpected() }
            #expect(problem.code == .noSuchAccount)
        }
    }
}
