import APIContract
import APIServer
import AuthorizationServer
import Failures
import Grants
import Testing
import Text

@testable import Daemon

/// What a reader is answered that reports a token that a server has refused.
@Suite(.timeLimit(.minutes(1))) struct RefusedTokenTests {
    private func report(_ token: String, _ rig: Rig, account: String = "demo") async -> Result<HandedToken, Problem> {
        await withCheckedContinuation { continuation in
            _ = rig.api.replace(token, TokenQuery(account: account)) { continuation.resume(returning: $0) }
        }
    }

    @Test func `the current token is refreshed, once`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            let first = try #require(rig.grant?.accessToken.expose())
            rig.clock.advance(by: .seconds(31))
            let second = try await report(first, rig).get().accessToken
            #expect(second != first && second == rig.grant?.accessToken.expose())
            // Another program that still has the first one gets the second.
            #expect(try await report(first, rig).get().accessToken == second)
            #expect(rig.server.activity.refreshes.count == 1)
        }
    }

    @Test func `a token that is only seconds old isn't refreshed`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            let token = try #require(rig.grant?.accessToken.expose())
            rig.clock.advance(by: .seconds(10))
            guard case .failure(let problem) = await report(token, rig) else { throw Unexpected() }
            #expect(problem.code == .tooManyRequests && (20...21).contains(problem.retryAfter ?? 0))
            #expect(rig.server.activity.refreshes.isEmpty)
            rig.clock.advance(by: .seconds(20))
            #expect(try await report(token, rig).get().accessToken != token)
        }
    }

    @Test func `a token that nobody knows is answered with the current one`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            #expect(try await report("other", rig).get().accessToken == rig.grant?.accessToken.expose())
            #expect(rig.server.activity.refreshes.isEmpty)
            guard case .failure(let problem) = await report("t", rig, account: "none") else { throw Unexpected() }
            #expect(problem.code == .noSuchAccount)
        }
    }
}
