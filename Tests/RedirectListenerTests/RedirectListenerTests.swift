import NIOPosix
import OAuth
import RawClient
import RedirectListener
import Scratch
import Testing
import Text

@Suite(.timeLimit(.minutes(5)))
struct RedirectListenerTests {
    @Test func `the short URL redirects to the authorization URL`() async throws {
        try await withListener { open in
            let start = open.listener.startURL
            #expect(start.hasPrefix("http://127.0.0.1:\(open.listener.port)/"))
            let path = String(start.dropFirst("http://127.0.0.1:\(open.listener.port)".count))
            #expect(path.count == 11)
            for _ in 0..<2 {
                let answer = try open.get(path)
                #expect(answer.status == 303)
                #expect(answer["location"] == open.consent.authorizationURL)
                #expect(answer["referrer-policy"] == "no-referrer")
            }
            // AUTHZ-8: nothing in the request decides where it goes.
            #expect(try open.get(path + "?url=https://evil.example")["location"] == open.consent.authorizationURL)
            #expect(try open.ask("POST", path, more: "Content-Length: 0\r\n").status == 405)
            #expect(open.consent.received.isEmpty)
        }
    }

    @Test func `the short URLs of two consents reveal nothing about each other`() async throws {
        try await withListener { first in
            try await withListener { second in
                let path = first.listener.startURL.suffix(11)
                #expect(path != second.listener.startURL.suffix(11))
                let answer = try second.get(String(path))
                #expect(answer.status == 404)
            }
        }
    }

    // CALLBACK-3
    @Test func `a response by GET ends on a clean path, with the page of its result`() async throws {
        try await withListener { open in
            let page = try open.follow(open.get("/?code=c%2F1&state=right&session_state=x"))
            #expect(page.status == 200)
            for text in ["ads", "<code>a</code>", "<code>b</code>", "Not granted", "You can close this tab"] {
                #expect(page.body.contains(text))
            }
            // AUTHZ-5: unknown parameters are passed on.
            let fields = [FormField("code", "c/1"), FormField("state", "right"), FormField("session_state", "x")]
            #expect(open.consent.received == [fields])
        }
    }

    // CALLBACK-2
    @Test(arguments: ["application/x-www-form-urlencoded", "Application/X-WWW-Form-URLEncoded; charset=UTF-8"])
    func `a response by form_post ends on a clean path too`(type: String) async throws {
        try await withListener { open in
            let page = try open.follow(open.post("state=right&code=c+d", type: type))
            #expect(page.status == 200)
            #expect(open.consent.received == [[FormField("state", "right"), FormField("code", "c d")]])
        }
    }

    // CALLBACK-2
    @Test func `a chunked form is accepted`() async throws {
        try await withListener { open in
            let client = try open.connect()
            try client.send("POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n")
            try client.send("Content-Type: application/x-www-form-urlencoded\r\n\r\n")
            try client.send("b\r\nstate=right\r\n7\r\n&code=c\r\n0\r\n\r\n")
            #expect(try open.follow(#require(try client.read())).status == 200)
        }
    }

    // CALLBACK-3
    @Test func `every answer has headers that keep it in its tab`() async throws {
        try await withListener { open in
            let start = String(open.listener.startURL.suffix(11))
            let granted = try open.get("/?code=c&state=right")
            let answers = [
                granted, try open.follow(granted), try open.get("/?state=wrong"), try open.get("/nothing"),
                try open.ask("GET", "/", host: "evil.example"), try open.ask("PUT", "/"), try open.get(start),
                try open.get("/?\(String(repeating: "x", count: 100_000))"),
            ]
            for answer in answers {
                #expect(answer["referrer-policy"] == "no-referrer")
                #expect(answer["cache-control"] == "no-store")
                #expect(answer["x-content-type-options"] == "nosniff")
                #expect(answer["x-frame-options"] == "DENY")
                #expect(answer["cross-origin-opener-policy"] == "same-origin")
                let policy = try #require(answer["content-security-policy"])
                #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
                #expect(!policy.contains("script") && !policy.contains("unsafe"))
                #expect(!answer.body.contains("<script"))
            }
        }
    }

    // CALLBACK-4
    @Test func `success is shown only once the grant is stored`() async throws {
        let consent = PendingConsent(isSlow: true)
        try await withListener(consent: consent) { open in
            let client = try open.connect()
            try client.send("GET /?code=c&state=right HTTP/1.1\r\nHost: localhost\r\n\r\n")
            for await _ in consent.arrivals { break }
            // Other requests are served meanwhile, and later ones on the same connection wait.
            #expect(try open.get("/favicon.ico").status == 404)
            try client.send("GET /favicon.ico HTTP/1.1\r\nHost: localhost\r\n\r\n")
            consent.store()
            #expect(try open.follow(#require(try client.read())).status == 200)
            #expect(try client.read()?.status == 404)
        }
    }

    // AUTHZ-5
    @Test(arguments: [("GET", 16_000), ("POST", 65_000)])
    func `a code may be as long as the limit of a request`(method: String, length: Int) async throws {
        try await withListener { open in
            let code = String(repeating: "c", count: length)
            let response = "code=\(code)&state=right"
            let page = try open.follow(method == "GET" ? open.get("/?\(response)") : open.post(response))
            #expect(page.status == 200)
            #expect(open.consent.received.first?.first?.value == code)
        }
    }

    @Test func `a head of more than 16 kB is refused`() async throws {
        try await withListener { open in
            let code = String(repeating: "c", count: 16_500)
            #expect(try open.get("/?code=\(code)&state=right").status == 431)
            #expect(open.consent.received.isEmpty)
            try open.expectTrueRedirectSucceeds()
        }
    }

    // NATIVE-2
    @Test(arguments: ["127.0.0.1", "[::1]", "localhost", "LOCALHOST", "127.0.0.1:8080", "[::1]:8080", "localhost:8080"])
    func `both loopback addresses answer to every loopback name`(host: String) async throws {
        try await withListener { open in
            let request = "GET /?state=wrong HTTP/1.1\r\nHost: \(host)\r\n\r\n"
            for address in [RawClient.Address.ipv4(port: open.listener.port), .ipv6(port: open.listener.port)] {
                let client = try RawClient(address)
                #expect(try client.ask(request)?.body.contains("belong here") == true)
            }
        }
    }

    // NATIVE-4
    @Test func `a fixed port is used as configured, and one that is in use is a fault with a hint`() async throws {
        let port = try UnusedPort.next()
        try await withListener(port: port) { open in
            #expect(open.listener.port == port)
            await #expect(throws: ListenerFault.portTaken(port)) {
                _ = try await RedirectListener.open(
                    port: port, redirectPath: "/", group: MultiThreadedEventLoopGroup.singleton,
                    receiver: PendingConsent())
            }
            #expect("\(ListenerFault.portTaken(port))".contains("\(port)"))
            #expect(ListenerFault.portTaken(port).hint.contains("redirect_uri"))
            await open.listener.close()
            // NATIVE-3
            #expect(throws: RawClient.Failure.self) { _ = try open.connect() }
            let second = try await RedirectListener.open(
                port: port, redirectPath: "/", group: MultiThreadedEventLoopGroup.singleton,
                receiver: PendingConsent())
            #expect(second.port == port)
            await second.close()
        }
    }
}
