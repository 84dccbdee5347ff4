import RawClient
import RedirectListener
import Testing

/// What only looks like this machine.
@Suite(.timeLimit(.minutes(1)))
struct ForeignNameTests {
    // CALLBACK-5
    @Test(arguments: [
        "evillocalhost", "evil.localhost", "localhostevil", "localhost.evil", "x127.0.0.1", "127.0.0.1evil",
        "evil127.0.0.1:80", "127.0.0.1.1", "127.0.0", "127.0.0.256", "127.1", "1.127.0.0.1", "[::1]evil", "evil[::1]",
        "[::11]", "[evil::1]", "::1evil", "localhos", "ocalhost",
    ])
    func `a Host that begins or ends like a loopback name is foreign`(host: String) async throws {
        try await withListener { open in
            #expect(try open.ask("GET", "/?code=c&state=right", host: host).status == 403)
            #expect(open.consent.received.isEmpty)
            try open.expectTrueRedirectSucceeds()
        }
    }

    // CALLBACK-5
    @Test(arguments: ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.255.0.3:1", "[::1]", "[::1]:4711"])
    func `a loopback name is taken, with a port or without`(host: String) async throws {
        try await withListener { open in
            let answer = try open.ask("GET", "/?code=c&state=right", host: host)
            #expect(answer.status == 303)
        }
    }

    // NATIVE-2
    @Test func `no address but the two of loopback is listened on`() async throws {
        try await withListener { open in
            // All of 127.0.0.0/8 is this machine: who listens on every address would answer here as well.
            #expect(throws: RawClient.Failure.self) { _ = try RawClient(.ipv4(port: open.listener.port, host: 2)) }
            try open.expectTrueRedirectSucceeds()
        }
    }
}
