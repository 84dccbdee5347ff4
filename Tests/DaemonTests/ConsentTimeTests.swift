import APIContract
import Accounts
import AuthorizationServer
import Failures
import OAuth
import RedirectListener
import Testing
import Text

@testable import Daemon

@Suite(.timeLimit(.minutes(1))) struct ConsentTimeTests {
    @Test(arguments: [false, true])
    func `a redirect after the time is up is too late, even before the timer has said so`(
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

    @Test func `a browser that comes after the time is up is told so, and the consent is over at once`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            let session = try #require(rig.desk.session("demo")?.session)
            let state = try #require(session.request?.url.firstMatch(of: /state=([^&]+)/)?.1)
            rig.clock.sleepThrough(.seconds(600))
            let verdict = await withCheckedContinuation { continuation in
                session.receive([FormField("code", "c"), FormField("state", String(state))]) {
                    continuation.resume(returning: $0)
                }
            }
            #expect(verdict == .expired)
            try await rig.end(as: .expired)
        }
    }
}
