import HTTPListener
import NIOCore
import OAuth
import RawClient
import RedirectListener
import Testing

/// None of these requests has an effect: the consent goes on, and its true response succeeds afterwards.
@Suite(.timeLimit(.minutes(5)))
struct HostileRequestTests {
    // CALLBACK-1
    @Test(arguments: [
        "/?code=c&state=wrong", "/?code=c", "/?code=c&state=", "/?state=wrong", "/?code=c&state=righ",
        "/?code=c&state=right%00", "/?code=c&state=RIGHT", "/?error=access_denied&state=wrong", "/?error=access_denied",
        "/?error=access_denied&code=c&state=wrong", "/?code=c&state=wrong&iss=https%3A%2F%2Fas.example",
    ])
    func `a response with a wrong, missing or foreign state changes nothing`(target: String) async throws {
        try await withListener { open in
            for answer in [try open.get(target), try open.post(String(target.dropFirst(2)))] {
                #expect(answer.status == 400)
                #expect(answer["location"] == nil)
                #expect(answer.body.contains("belong here"))
            }
            try open.expectTrueRedirectSucceeds()
        }
    }

    // CALLBACK-1
    @Test(arguments: [
        "/?code=c&state=right&state=right", "/?code=c&code=d&state=right", "/?error=a&error=b&state=right",
        "/?code=c&state=right&iss=a&iss=b", "/?state=wrong&code=c&state=right", "/?code=c&st%61te=wrong&state=right",
    ])
    func `a response with a repeated parameter of the protocol isn't passed on`(target: String) async throws {
        try await withListener { open in
            #expect(try open.get(target).status == 400)
            #expect(open.consent.received.isEmpty)
            try open.expectTrueRedirectSucceeds()
        }
    }

    @Test(arguments: [
        "/?code=c&state=right&x=%", "/?code=c&state=right&x=%zz", "/?code=%f&state=right", "/?code=%ff%fe&state=right",
        "/?code=%c0%af&state=right", "/?co%de=c&state=right", "/?code=c&state=right&x=%ed%a0%80",
    ])
    func `a response with broken escapes or invalid UTF-8 isn't passed on`(target: String) async throws {
        try await withListener { open in
            #expect(try open.get(target).status == 400)
            #expect(try open.post(String(target.dropFirst(2))).status == 400)
            #expect(open.consent.received.isEmpty)
            try open.expectTrueRedirectSucceeds()
        }
    }

    @Test func `a response with raw bytes that aren't UTF-8 isn't passed on`() async throws {
        try await withListener { open in
            let query = try open.connect()
            try query.send(Array("GET /?code=".utf8) + [0xff, 0xc3] + Array("&state=right HTTP/1.1\r\n".utf8))
            #expect(try query.ask("Host: localhost\r\n\r\n")?.status == 400)
            let form = try open.connect()
            try form.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n")
            try form.send(Array("Content-Length: 19\r\n\r\ncode=".utf8) + [0xff, 0xc3] + Array("&state=right".utf8))
            #expect(try form.read()?.status == 400)
            #expect(open.consent.received.isEmpty)
            try open.expectTrueRedirectSucceeds()
        }
    }

    // CALLBACK-5
    @Test(arguments: [
        "evil.example", "evil.example:80", "127.0.0.1.evil.example", "localhost.evil.example", "[::1].evil.example",
        "127.0.0.1@evil.example", "0.0.0.0", "[::]", "192.168.0.1", "localhost:80:evil", "localhost:evil", "[::1", "",
        "[::1]x", "evil.example\r\nHost: localhost", "localhost\r\nHost: localhost",
    ])
    func `a foreign Host is refused, even if all else is right`(host: String) async throws {
        try await withListener { open in
            let answer = try open.ask("GET", "/?code=c&state=right", host: host)
            #expect(answer.status == 403)
            let start = String(open.listener.startURL.suffix(11))
            #expect(try open.ask("GET", start, host: host)["location"] == nil)
            #expect(open.consent.received.isEmpty)
            try open.expectTrueRedirectSucceeds()
        }
    }

    // CALLBACK-5
    @Test func `a request without Host is refused`() async throws {
        try await withListener { open in
            #expect(try open.connect().ask("GET /?code=c&state=right HTTP/1.1\r\n\r\n")?.status == 403)
            try open.expectTrueRedirectSucceeds()
        }
    }

    // NATIVE-5
    @Test(arguments: [
        "/favicon.ico", "/x?code=c&state=right", "//?code=c&state=right", "/index.html", "/result/", "/result/none",
        "/%2f?code=c&state=right", "/.?code=c&state=right", "http://127.0.0.1/?code=c&state=right", "/", "/?",
        "/?iss=https%3A%2F%2Fas.example", "/?codes=c", "/?session_state=x",
    ])
    func `a request that isn't a response at the redirect path finds nothing`(target: String) async throws {
        try await withListener { open in
            #expect(try open.get(target).status == 404)
            #expect(open.consent.received.isEmpty)
            try open.expectTrueRedirectSucceeds()
        }
    }

    // NATIVE-5
    @Test func `the redirect path is compared byte by byte`() async throws {
        try await withListener(path: "/callback/as%20one") { open in
            for path in ["/", "/callback", "/Callback/as%20one", "/callback/as%20one/", "/callback/as+one"] {
                let answer = try open.get("\(path)?code=c&state=right")
                #expect(answer.status == 404)
            }
            #expect(open.consent.received.isEmpty)
            #expect(try open.follow(open.get("/callback/as%20one?code=c&state=right")).status == 200)
        }
    }

    @Test(arguments: ["HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND"])
    func `a request with another method isn't a response`(method: String) async throws {
        try await withListener { open in
            let answer = try open.ask(method, "/?code=c&state=right")
            #expect(answer.status == 405)
            #expect(answer["allow"] == "GET, POST")
            #expect(!answer.headers.contains { $0.name.hasPrefix("access-control") })
            #expect(try open.ask(method, String(open.listener.startURL.suffix(11)))["allow"] == "GET")
            #expect(try open.ask(method, "/result/x")["allow"] == "GET")
            #expect(open.consent.received.isEmpty)
            try open.expectTrueRedirectSucceeds()
        }
    }

    @Test(arguments: ["text/plain", "multipart/form-data; boundary=x", "application/json", ""])
    func `a POST that isn't a form is refused`(type: String) async throws {
        try await withListener { open in
            #expect(try open.post("code=c&state=right", type: type).status == 415)
            #expect(open.consent.received.isEmpty)
            try open.expectTrueRedirectSucceeds()
        }
    }

    @Test func `a query or form of a megabyte is refused`() async throws {
        try await withListener { open in
            let megabyte = String(repeating: "x", count: 1_000_000)
            #expect(try open.get("/?code=\(megabyte)&state=right").status == 431)
            #expect(try open.post("code=\(megabyte)&state=right").status == 413)
            #expect(open.consent.received.isEmpty)
            try open.expectTrueRedirectSucceeds()
        }
    }

    @Test func `connections without a byte and slow senders delay nobody, and are cut off`() async throws {
        let limits = HTTPListenerLimits(
            headBytes: 65536, bodyBytes: 65536, requestTime: .milliseconds(300), idleTime: .seconds(30))
        try await withListener(limits: limits) { open in
            let (preconnect, slow) = (try open.connect(), try open.connect())
            try slow.send("GET /?code=c&state=ri")
            try open.expectTrueRedirectSucceeds()
            #expect(try preconnect.isEnded())
            #expect(try slow.isEnded())
            #expect(open.consent.received.count == 1)
        }
    }

    @Test func `thirty-two connections are served at once, and further ones take the place of the oldest`() async throws
    {
        try await withListener { open in
            var clients: [RawClient] = []
            func ask(_ client: RawClient) throws -> Int? {
                try client.ask("GET /?code=c&state=wrong HTTP/1.1\r\nHost: localhost\r\n\r\n")?.status
            }
            for _ in 0..<32 {
                clients.append(try open.connect())
                #expect(try ask(clients[clients.count - 1]) == 400)
            }
            for client in clients { #expect(try ask(client) == 400) }
            for number in 0..<3 {
                clients.append(try open.connect())
                #expect(try clients[number].isEnded())
            }
            for client in clients[3...] { #expect(try ask(client) == 400) }
            try open.expectTrueRedirectSucceeds()
        }
    }

    @Test func `two hundred connections that say nothing keep nobody out`() async throws {
        try await withListener { open in
            let clients = try (0..<200).map { _ in try open.connect() }
            try open.expectTrueRedirectSucceeds()
            #expect(try clients[0].isEnded())
        }
    }

    @Test func `pipelined responses are checked one by one`() async throws {
        try await withListener { open in
            let client = try open.connect()
            func request(_ target: String) -> String { "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n" }
            try client.send(request("/?code=c&state=wrong") + request("/favicon.ico") + request("/?code=c&state=right"))
            #expect(try client.read()?.status == 400)
            #expect(try client.read()?.status == 404)
            #expect(try open.follow(#require(try client.read())).status == 200)
        }
    }

    // AUTHZ-6
    @Test func `a repeated response is told so, and the first page stays`() async throws {
        try await withListener { open in
            let first = try open.get("/?code=c&state=right")
            #expect(try open.follow(open.get("/?code=c&state=right")).status == 409)
            #expect(try open.follow(first).status == 200)
            #expect(try open.follow(first).status == 200)
        }
    }

    @Test func `of many result pages the newest ones are kept`() async throws {
        try await withListener { open in
            let first = try open.get("/?code=c&state=right")
            for _ in 0..<15 { #expect(try open.get("/?code=c&state=right").status == 303) }
            #expect(try open.follow(first).status == 200)
            #expect(try open.get("/?code=c&state=right").status == 303)
            #expect(try open.follow(first).status == 404)
        }
    }

    @Test func `a response with code and error is passed on unchanged`() async throws {
        try await withListener { open in
            let page = try open.follow(open.get("/?code=c&error=access_denied&state=right"))
            #expect(page.status == 403)
            #expect(open.consent.received.first?.count == 3)
        }
    }

    // AUTHZ-7
    @Test func `markup in any field is shown as text`() async throws {
        let attack = "%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E"
        try await withListener { open in
            let targets = [
                "/?state=\(attack)&code=\(attack)&error=\(attack)", "/\(attack)?\(attack)", "/result/\(attack)",
                "/?\(attack)=\(attack)&code=c", "/?error=\(attack)&state=right&error_description=\(attack)",
                "/?state=right&code=c&iss=\(attack)",
            ]
            for target in targets {
                var answer = try open.get(target)
                if answer.status == 303 { answer = try open.follow(answer) }
                #expect(!answer.body.contains("<script") && !answer.body.contains("<img"))
            }
            let page = try open.follow(open.get("/?error=x&state=right&error_description=\(attack)"))
            #expect(page.body.contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&gt;&lt;img"))
            try open.expectTrueRedirectSucceeds()
        }
    }
}
