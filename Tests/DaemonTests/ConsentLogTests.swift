import APIContract
import Accounts
import AuthorizationServer
import Logging
import OAuth
import Testing
import Text

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct ConsentLogTests {
    // KEEP-2
    @Test func `a failed consent is logged with its code, its reason and its hint, and without a secret`()
        async throws
    {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            let state = String(try #require(started.authorizationURL?.firstMatch(of: /state=([^&]+)/)?.1))
            let text = "?error=invalid_scope&error_description=\(state)&state=\(state)&iss="
            let issuer = FormEncoding.encode(rig.server.issuer)
            _ = try await rig.api.takeRedirect("demo", PastedRedirect(redirect: text + issuer)).get()
            let line = await rig.log.line("consent ended")
            #expect(line.level == .warning && line.fields["account"] == "demo" && line.fields["state"] == "failed")
            #expect(line.fields["code"] == "invalid_scope")
            #expect(line.fields["detail"]?.hasPrefix("the authorization server says invalid_scope") == true)
            #expect(line.fields["hint"]?.hasPrefix("check scopes") == true)
            #expect(!line.fields.values.contains { $0.contains(state) })
        }
    }

    @Test func `a consent that ended as it should is logged with its flow, and without a warning`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            let start = await rig.log.line("consent started")
            #expect(start.level == .info && start.fields == ["account": "demo", "flow": "paste"])
            let end = await rig.log.line("consent ended")
            #expect(end.level == .info && end.fields == ["account": "demo", "state": "granted"])
        }
    }

    @Test func `a request that couldn't be pushed again is logged with its reason`() async throws {
        try await Rig.run({ $0.requiresPushedRequests = true }, account: { try .discovered($0) }) { rig in
            _ = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            await rig.clock.awaitSleeper(for: .seconds(45))
            rig.transport.fail("/par")
            rig.clock.advance(by: .seconds(45))
            let line = await rig.log.line("the authorization request was not pushed again")
            #expect(line.level == .warning && line.fields["account"] == "demo" && line.fields["code"] == "connection")
            #expect(line.fields["detail"]?.contains("nobody is there") == true)
        }
    }
}
