import APIContract
import AuthorizationServer
import FoundationEssentials
import RawClient
import Scratch
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct SecondResponseTests {
    private func get(_ target: String, at client: RawClient) throws -> RawAnswer? {
        try client.ask("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    }

    // AUTHZ-6
    @Test
    func `a response repeated while its code is redeemed gets the page of the first, and redeems nothing`()
        async throws
    {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let started = try await rig.api.startConsent("demo", ConsentRequest()).get()
            let url = try #require(started.authorizationURL)
            let redirect = try #require(
                rig.server.answer(authorizationURL: url, user: Rig.user.name, password: Rig.user.password))
            let parts = try #require(redirect.firstMatch(of: /^http:..127\.0\.0\.1:([0-9]+)(\/.*)$/))
            let (port, target) = (try #require(Int(parts.1)), String(parts.2))
            let (first, second) = (try RawClient(.ipv4(port: port)), try RawClient(.ipv4(port: port)))

            rig.server.fail(.delay)
            try first.send("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            try await rig.server.wait { $0.held == 1 }
            try second.send("GET \(target) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            rig.server.release()
            for client in [first, second] {
                let page = try #require(try await offPool { try client.read() }?["location"])
                #expect(try await offPool { try get(page, at: client) }?.status == 200)
            }
            try await rig.end(as: .granted)
            #expect(rig.server.activity.tokenRequests("authorization_code").count == 1)
        }
    }
}
