import APIContract
import APIServer
import Accounts
import AuthorizationServer
import Failures
import FoundationEssentials
import Grants
import OAuth
import TestStores
import Testing
import Text

@testable import Daemon

/// The id_token of an account with `id_token = true`, at a real authorization server.
@Suite(.timeLimit(.minutes(5))) struct IDTokenTests {
    private func run(
        keeps: Bool = true, scope: String = "openid mail", _ body: (Rig) async throws -> Void
    ) async throws {
        try await Rig.run(
            account: { server in
                var account = try AccountSettings.discovered(server, scope: scope)
                account.traits.replies.keepsIDToken = keeps
                return account
            }, body)
    }

    private func read(_ rig: Rig, fresh: Bool = false, minTTL: Int = 0) async -> Result<IDTokenAnswer, Problem> {
        await withCheckedContinuation { continuation in
            let caller = Caller(socket: "main", user: 0, group: 0, process: 0)
            let query = TokenQuery(account: "demo", minTTL: minTTL, isFresh: fresh)
            _ = rig.api.idToken(query, caller) { continuation.resume(returning: $0) }
        }
    }

    private func problem(_ rig: Rig, fresh: Bool = false) async -> Problem? {
        if case .failure(let problem) = await read(rig, fresh: fresh) { problem } else { nil }
    }

    @Test func `it is kept with the grant, served, and refreshed with it`() async throws {
        try await run { rig in
            #expect(await problem(rig)?.code == .consentRequired)
            try await rig.consent(endingAs: .granted)
            let first = try await read(rig).get()
            #expect(first.account == "demo" && first.expiresAt > rig.clock.wall)
            #expect(try IdentityToken(Secret(first.idToken)).expires == first.expiresAt)
            #expect(rig.store["demo"]?.grant.idToken == Secret(first.idToken))
            #expect(rig.server.activity.refreshes.isEmpty)
            rig.clock.sleepThrough(.seconds(10))
            guard case .token = await rig.refresh() else { throw Unexpected() }
            let second = try await read(rig).get()
            #expect(second.idToken != first.idToken && second.expiresAt > first.expiresAt)
            #expect(rig.store["demo"]?.grant.idToken == Secret(second.idToken))
            #expect(rig.server.activity.refreshes.count == 1)
            #expect(rig.parts.api.readLog.report(of: "demo", now: rig.time.now()).readers.map(\.count) == [2])
        }
    }

    @Test func `one that has expired, or is to be newer, is brought by a refresh, though not again and again`()
        async throws
    {
        try await run { rig in
            try await rig.consent(endingAs: .granted)
            let first = try await read(rig).get()
            rig.clock.sleepThrough(.seconds(first.expiresAt.timeIntervalSince(rig.clock.wall) + 1))
            let second = try await read(rig).get()
            #expect(second.idToken != first.idToken && rig.server.activity.refreshes.count == 1)
            #expect(await problem(rig, fresh: true)?.retryAfter ?? 0 > 0)
            rig.clock.sleepThrough(.seconds(31))
            let third = try await read(rig, fresh: true).get()
            #expect(third.idToken != second.idToken && rig.server.activity.refreshes.count == 2)
        }
    }

    @Test func `an account that doesn't keep it says so, and has none in memory and in the store`() async throws {
        try await run(keeps: false) { rig in
            try await rig.consent(endingAs: .granted)
            guard case .token = await rig.refresh() else { throw Unexpected() }
            #expect(rig.grant?.idToken == nil && rig.store["demo"]?.grant.idToken == nil && rig.grant?.identity != nil)
            let problem = try #require(await problem(rig))
            #expect(problem.code == .configurationError && problem.hint?.contains("id_token = true") == true)
        }
    }

    @Test func `it is forgotten when the configuration doesn't want it any more`() async throws {
        try await run { rig in
            try await rig.consent(endingAs: .granted)
            #expect(rig.grant?.idToken != nil)
            var settings = try #require(rig.keeper.account("demo")?.settings)
            settings.traits.replies.keepsIDToken = false
            _ = await rig.keeper.configure(["demo": settings])
            #expect(rig.grant?.idToken == nil && rig.token != nil)
            guard case .token = await rig.refresh() else { throw Unexpected() }
            #expect(rig.store["demo"]?.grant.idToken == nil)
        }
    }

    @Test func `where the server sends none, the reader is told what to do`() async throws {
        try await run(scope: "mail") { rig in
            try await rig.consent(endingAs: .granted)
            let problem = try #require(await problem(rig))
            #expect(problem.code == .configurationError && problem.hint?.contains("openid") == true)
            #expect(rig.server.activity.refreshes.count == 1)
            _ = await self.problem(rig)
            #expect(rig.server.activity.refreshes.count == 1)
        }
    }

    @Test func `an unknown account is one`() async throws {
        try await run { rig in
            _ = await rig.keeper.configure([:])
            #expect(await problem(rig)?.code == .noSuchAccount)
        }
    }
}
