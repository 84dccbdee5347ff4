import APIContract
import Accounts
import AuthorizationServer
import Failures
import OAuth
import RedirectListener
import Testing
import Text

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct ConsentTimeTests {
    @Test(arguments: [false, true])
    func `a redirect after the time is up is refused, even before the timer fires`(
        isBareCode: Bool
    ) async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            let url = try #require(started.authorizationURL)
            let redirect = try #require(
                rig.server.answer(authorizationURL: url, user: Rig.user.name, password: Rig.user.password))
            let code = try #require(redirect.firstMatch(of: /code=([^&]+)/)?.1)
            rig.clock.sleepThrough(.seconds(600))
            let pasted = PastedRedirect(redirect: isBareCode ? String(code) : redirect)
            guard case .failure(let problem) = await rig.api.takeRedirect("demo", pasted) else { throw Unexpected() }
            #expect(problem.code == .noConsentPending)
            try await rig.end(as: .expired)
            #expect(rig.server.activity.tokenRequests().isEmpty)
        }
    }

    @Test func `a browser that comes after the time is up is told so, and the consent ends at once`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest(flow: .loopback)).get()
            let state = try #require(started.authorizationURL?.firstMatch(of: /state=([^&]+)/)?.1)
            rig.clock.sleepThrough(.seconds(600))
            let answer = await rig.redirect(started, [FormField("code", "c"), FormField("state", String(state))])
            #expect(answer == .page(.expired))
            try await rig.end(as: .expired)
        }
    }

    @Test func `a stop ends all waiting for a consent's end`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            async let end = rig.end()
            rig.consents.cancelAll()
            #expect(try await end.state == .cancelled)
            guard case .failure(let problem) = await rig.api.startConsent("demo", ConsentRequest()) else {
                throw Unexpected()
            }
            #expect(problem.status == 503 && problem.code == .temporarilyUnavailable)
        }
    }

    @Test func `a caller whose waiting time is over gets the consent as it is`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            async let report = rig.api.consent("demo", wait: 7)
            await rig.clock.awaitSleeper(for: .seconds(7))
            rig.clock.advance(by: .seconds(7))
            #expect(try await report.get().state == .pending)
            await withTaskGroup { group in
                group.addTask { #expect((try? await rig.api.consent("demo", wait: 90).get())?.state == .pending) }
                group.cancelAll()
            }
        }
    }
}
