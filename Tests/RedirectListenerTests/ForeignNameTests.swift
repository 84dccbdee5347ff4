import RawClient
import RedirectListener
import Testing

/// Names that only resemble those of this machine.
@Suite(.timeLimit(.minutes(5)))
struct ForeignNameTests {
    // CALLBACK-5
    @Test(arguments: [
        "evillocalhost", "evil.localhost", "localhostevil", "localhost.evil", "x127.0.0.1", "127.0.0.1evil",
        "evil127.0.0.1:80", "127.0.0.1.1", "127.0.0", "127.0.0.256", "127.1", "1.127.0.0.1", "[::1]evil", "evil[::1]",
        "[::11]", "[evil::1]", "::1evil", "localhos", "ocalhost",
    ])
    func `a Host that begins or ends like a loopback name is refused`(host: String) async throws {
        try await withListener { open in
            #expect(try open.ask("GET", "/?code=c&state=right", host: host).status == 403)
            #expect(open.consent.received.isEmpty)
            try open.expectTrueRedirectSucceeds()
        }
    }

    // CALLBACK-5
    @Test(arguments: ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.255.0.3:1", "[::1]", "[::1]:4711"])
    func `a loopback name is accepted, with or without a port`(host: String) async throws {
        try await withListener { open in
            let answer = try open.ask("GET", "/?code=c&state=right", host: host)
            #expect(answer.status == 303)
        }
    }

    // NATIVE-2
    @Test func `the listener uses no address except the two of loopback`() async throws {
        try await withListener { open in
            // All of 127.0.0.0/8 is this machine: a listener on every address would answer here as well.
            #expect(throws: RawClient.Failure.self) { _ = try RawClient(.ipv4(port: open.listener.port, host: 2)) }
            try open.expectTrueRedirectSucceeds()
        }
    }
}
