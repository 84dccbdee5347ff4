import APIContract
import Accounts
import AuthorizationServer
import Foundation
import HTTPTransport
import NIOCore
import NIOPosix
import RedirectListener
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct ConsentListenerTests {
    /// How a browser on this machine is answered.
    private func get(_ url: String, _ rig: Rig) async throws -> HTTPReply {
        let call = HTTPCall(.get, url, isDirect: true, wantedHeaders: ["Location"])
        return try await rig.transport.send(call).get()
    }

    private func port(_ url: String?) throws -> Int {
        let url = try #require(url)
        return try #require(URL(string: url)?.port)
    }

    // CALLBACK-3, CALLBACK-4
    @Test func `a browser goes from the short URL through the server to the page of its grant`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest()).get()
            let open = try #require(started.openURL)
            let forwarded = try await get(open, rig)
            #expect(forwarded.status == 303 && forwarded.headers["Location"] == started.authorizationURL)
            let redirect = rig.server.answer(
                authorizationURL: try #require(started.authorizationURL), user: Rig.user.name,
                password: Rig.user.password)
            let answer = try await get(try #require(redirect), rig)
            let path = try #require(answer.headers["Location"])
            #expect(answer.status == 303 && path.hasPrefix("/result/") && rig.token != nil)
            let page = try await get("http://127.0.0.1:\(try port(open))\(path)", rig)
            #expect(String(decoding: page.body, as: UTF8.self).contains("Access granted"))
            try await rig.end(as: .granted)
        }
    }

    // NATIVE-3
    @Test func `a listener stays open for late responses, and closes with the daemon`() async throws {
        var port = 0
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest()).get()
            port = try self.port(started.openURL)
            _ = try await rig.api.cancelConsent("demo").get()
            await rig.clock.awaitSleeper(for: .seconds(15))
            let page = try await get(try #require(started.openURL), rig)
            #expect(page.status == 303 && page.headers["Location"]?.hasPrefix("/result/") == true)
        }
        await #expect(throws: NIOConnectionError.self) {
            _ = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: port).get()
        }
    }

    @Test func `a stop waits until a code that is being redeemed has become a grant`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            let redirect = rig.server.answer(
                authorizationURL: try #require(started.authorizationURL), user: Rig.user.name,
                password: Rig.user.password)
            let pasted = PastedRedirect(redirect: try #require(redirect))
            rig.server.fail(.delay)
            async let end = rig.api.takeRedirect("demo", pasted)
            try await rig.server.wait { !$0.tokenRequests("authorization_code").isEmpty }
            rig.consents.stop()
            guard case .failure = await rig.api.cancelConsent("demo") else { throw Unexpected() }
            rig.server.release()
            let report = try await end.get()
            #expect(report.state == .granted && rig.token != nil)
        }
    }

    @Test func `a user may take the time that is configured when the consent starts`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            rig.consents.adopt(timeout: .seconds(60))
            let started = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            rig.consents.adopt(timeout: .seconds(30))
            let later = try await rig.api.consent("demo", wait: 0).get()
            #expect(started.expiresIn == 60 && later.expiresIn == 60)
        }
    }
}
