import APIContract
import Accounts
import AuthorizationServer
import Failures
import Grants
import OAuth
import Scratch
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct ConsentStartTests {
    private func settings(_ name: String, port: Int, _ rig: Rig) throws -> AccountSettings {
        var settings = try AccountSettings.discovered(rig.server)
        settings.name = name
        settings.redirectURI = try RedirectURI("http://127.0.0.1:\(port)/")
        return settings
    }

    private func start(_ account: String, _ rig: Rig) async -> Result<ConsentReport, Problem> {
        await rig.api.startConsent(account, ConsentRequest())
    }

    /// Whether both answers are of one consent, which one of them has joined.
    private func isSame(_ one: ConsentReport, _ other: ConsentReport) -> Bool {
        var (first, second) = (one, other)
        (first.joined, second.joined) = (nil, nil)
        return first == second && [one.joined, other.joined].count { $0 == true } == 1
    }

    @Test func `two concurrent logins of one account share one consent, even on a fixed port`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let port = try UnusedPort.next()
            _ = await rig.keeper.configure(["demo": try settings("demo", port: port, rig)])
            async let first = start("demo", rig)
            async let second = start("demo", rig)
            let (one, other) = (try await first.get(), try await second.get())
            #expect(isSame(one, other) && one.state == .pending)
            #expect(try await start("demo", rig).get().id == one.id)
        }
    }

    @Test func `two concurrent logins ask for one device code`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            async let first = rig.api.startConsent("demo", ConsentRequest(flow: .device))
            async let second = rig.api.startConsent("demo", ConsentRequest(flow: .device))
            let (one, other) = (try await first.get(), try await second.get())
            #expect(isSame(one, other) && one.userCode != nil)
            #expect(rig.transport.count("/device_authorization") == 1)
        }
    }

    @Test func `a caller that joined a consent that can't begin is told why`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            rig.transport.fail("/device_authorization", times: 2)
            async let first = rig.api.startConsent("demo", ConsentRequest(flow: .device))
            async let second = rig.api.startConsent("demo", ConsentRequest(flow: .device))
            for result in [await first, await second] {
                guard case .failure(let problem) = result else { throw Unexpected() }
                #expect(problem.detail.contains("nobody is there"))
            }
            rig.transport.fail("/device_authorization", times: 0)
            let again = try await rig.api.startConsent("demo", ConsentRequest(flow: .device)).get()
            #expect(again.state == .pending)
        }
    }

    @Test(arguments: [false, true])
    func `an account whose port is used by another account's consent is told so`(isAtOnce: Bool) async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let port = try UnusedPort.next()
            let accounts = try ["demo", "mail"].map { try settings($0, port: port, rig) }
            _ = await rig.keeper.configure(.init(uniqueKeysWithValues: accounts.map { ($0.name, $0) }))
            var results: [String: Result<ConsentReport, Problem>] = [:]
            if isAtOnce {
                async let demo = start("demo", rig)
                async let mail = start("mail", rig)
                results = ["demo": await demo, "mail": await mail]
            } else {
                results["demo"] = await start("demo", rig)
                results["mail"] = await start("mail", rig)
            }
            let started = try #require(results.keys.first { (try? results[$0]?.get()) != nil })
            let refused = started == "demo" ? "mail" : "demo"
            guard case .failure(let problem) = results[refused] else { throw Unexpected() }
            #expect(problem.status == 409 && problem.code == .consentConflict)
            #expect(problem.detail == "port \(port) is taken by the pending consent of \(started)")

            // A listener that is only kept for late responses gives up its port.
            _ = try await rig.api.cancelConsent(started).get()
            #expect(try await start(refused, rig).get().redirectURI == "http://127.0.0.1:\(port)/")
        }
    }
}
