import APIContract
import FakeDaemon
import Glibc
import NIOHTTP1
import RawClient
import Testing

@testable import APIServer

/// What callers of an extra socket can do.
@Suite(.timeLimit(.minutes(5)))
struct GateTests {
    private static func gate(
        _ accounts: Set<String> = ["ads", "late"], _ permissions: Set<String> = ["token"],
        peers: SocketGate.Peers = .own, wait: Int = 60
    ) -> SocketGate {
        SocketGate(accounts: accounts, permissions: permissions, peers: peers, wait: wait)
    }

    private func ask(
        _ line: String, _ gate: SocketGate = gate(), user: uid_t = geteuid(), daemon: FakeDaemon = FakeDaemon()
    ) throws -> String {
        let caller = Caller(socket: "ci", user: user, group: getegid(), process: getpid(), gate: gate)
        return try InMemory(daemon.routes, caller: caller).ask(
            "\(line) HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    }

    @Test(arguments: ["GET /token/ads", "GET /token/a%64s", "GET /token/ads?min_ttl=60&wait=1"])
    func `a token of its accounts is read`(line: String) throws {
        let answer = try ask(line)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(answer.hasSuffix("token-of-ads"))
    }

    @Test func `the daemon's health is read on every socket`() throws {
        #expect(try ask("GET /health", Self.gate([], [])).hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(try ask("HEAD /token/ads").hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(try ask("GET /token/ads", Self.gate(["ads"], [])).hasPrefix("HTTP/1.1 404 Not Found\r\n"))
    }

    @Test func `other accounts, existing or not, are answered alike and without near names`() throws {
        let existing = try ask("GET /token/mail")
        let missing = try ask("GET /token/mali")
        #expect(existing.hasPrefix("HTTP/1.1 404 Not Found\r\n") && existing.contains("no_such_account"))
        #expect(existing.replacing("mail", with: "mali") == missing)
        #expect(!missing.contains("near") && !missing.contains("ads") && !missing.contains("did you mean"))
        // An account is named exactly, and so is one of its tokens.
        for path in ["/token/ads/", "/token/ads/graph", "/token/ADS", "/token/", "/token"] {
            #expect(try ask("GET \(path)").hasPrefix("HTTP/1.1 404 Not Found\r\n"))
        }
        #expect(try ask("GET /token/ads", Self.gate(["ads/graph"])).hasPrefix("HTTP/1.1 404 Not Found\r\n"))
    }

    @Test(arguments: [
        "GET /accounts", "GET /accounts/ads", "GET /accounts/ads/consent", "GET /accounts/ads/ads/headers",
        "GET /openapi.json", "GET /nothing", "GET /authorization/ads", "GET /accounts/mail/consent?wait=0",
    ])
    func `no other route is there`(line: String) async throws {
        let daemon = FakeDaemon()
        let answer = try ask(line, daemon: daemon)
        #expect(answer.hasPrefix("HTTP/1.1 404 Not Found\r\n") && answer.contains("there is nothing at this path"))
        #expect(await daemon.allCalls() == [])
    }

    @Test(arguments: [
        "POST /accounts/ads/consent", "POST /accounts/mail/consent", "DELETE /accounts/ads/consent",
        "POST /accounts/ads/consent/redirect", "POST /accounts/ads/refresh", "DELETE /accounts/ads/grant",
        "POST /accounts/ads/take",
        "POST /accounts/ads/dpop", "PUT /accounts/ads/ads/customer", "POST /reload",
        "POST /token/ads", "POST /token/ads/refused", "PUT /health",
        "DELETE /nothing", "OPTIONS /token/ads", "PATCH /token/ads",
    ])
    func `whatever could change something is forbidden`(line: String) async throws {
        let daemon = FakeDaemon()
        let answer = try ask(line, daemon: daemon)
        #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
        #expect(await daemon.allCalls() == [])
    }

    @Test(arguments: ["fresh", "fresh=true", "fresh=false", "min_ttl=1&fresh=1"])
    func `a fresh token can't be asked for`(query: String) async throws {
        let daemon = FakeDaemon()
        let answer = try ask("GET /token/ads?\(query)", daemon: daemon)
        #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n") && answer.contains("fresh is off on this socket"))
        #expect(await daemon.allCalls() == [])
    }

    @Test(arguments: [("", 30, 60), ("?wait=45", 45, 60), ("?wait=3600", 60, 60), ("", 5, 5), ("?wait=6", 0, 0)])
    func `a wait is limited by the socket`(query: String, seconds: Int, limit: Int) async throws {
        let daemon = FakeDaemon()
        #expect(try ask("GET /token/ads\(query)", Self.gate(wait: limit), daemon: daemon).hasSuffix("token-of-ads"))
        #expect(await daemon.allCalls() == ["token ads min_ttl=0 fresh=false wait=\(seconds)"])
    }

    @Test(arguments: [
        ("GET /accounts/ads/ads/headers", "ads_headers"), ("POST /accounts/ads/dpop", "dpop"),
    ])
    func `further routes are opened by their words`(line: String, word: String) throws {
        // A task's answer comes later, and a proof needs a body.
        let opened = try ask(line, Self.gate(["ads"], [word]))
        #expect(!opened.hasPrefix("HTTP/1.1 403") && !opened.hasPrefix("HTTP/1.1 404"))
        let other = try ask(line.replacing("/ads/", with: "/mail/"), Self.gate(["ads"], [word]))
        #expect(other.hasPrefix("HTTP/1.1 404 Not Found\r\n"))
    }

    @Test(arguments: [
        ("", "403 Forbidden"), ("?account=mail", "404 Not Found"), ("?account=mali", "404 Not Found"),
    ])
    func `events are those of one of its accounts`(query: String, status: String) async throws {
        let daemon = FakeDaemon()
        let answer = try ask("GET /events\(query)", Self.gate(["ads"], ["events"]), daemon: daemon)
        #expect(answer.hasPrefix("HTTP/1.1 \(status)"))
        #expect(await daemon.allCalls() == [])
        let own = try ask("GET /events?account=ads", Self.gate(["ads"], ["events"]))
        #expect(!own.hasPrefix("HTTP/1.1 4"))
        #expect(try ask("GET /events?account=ads", Self.gate(["ads"], ["token"])).hasPrefix("HTTP/1.1 404 Not Found"))
    }

    @Test(
        arguments: [
            (.own, geteuid(), true), (.own, 23_001, false), (.users([23_001]), 23_001, true),
            (.users([23_001]), 23_002, false), (.users([23_001]), geteuid(), true), (.users([]), 23_001, false),
            (.reachable, 23_001, true), (.reachable, 65_534, true),
        ] as [(SocketGate.Peers, uid_t, Bool)])
    func `only the socket's peers are served`(peers: SocketGate.Peers, user: uid_t, isServed: Bool) throws {
        let answer = try ask("GET /token/ads", Self.gate(peers: peers), user: user)
        #expect(answer.hasPrefix(isServed ? "HTTP/1.1 200 OK\r\n" : "HTTP/1.1 403 Forbidden\r\n"))
        #expect(answer.contains("token-of-ads") == isServed)
    }

    @Test func `requests of web pages are refused there too`() throws {
        let caller = Caller(socket: "ci", user: geteuid(), group: 0, process: 1, gate: Self.gate())
        let answer = try InMemory(FakeDaemon().routes, caller: caller)
            .ask("GET /token/ads HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\n\r\n")
        #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
    }

    @Test func `each permission is one of a route, and the main socket has all routes`() {
        let routes = FakeDaemon().routes
        #expect(Set(routes.compactMap(\.permission)) == ["token", "health", "dpop", "ads_headers", "events"])
        let opened = routes.filter { $0.permission != nil && $0.permission != "dpop" }
        #expect(opened.allSatisfy { $0.method == .GET })
    }
}
