import HTTPListener
import NIOCore
import RawClient
import Testing

@Suite(.timeLimit(.minutes(5)))
struct HTTPListenerLimitTests {
    @Test func `a body that is announced as too long is refused before it is sent`() async throws {
        try await withListener { _, responder, connect in
            let client = try connect()
            let answer = try client.ask("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65537\r\n\r\n")
            #expect(answer?.status == 413)
            #expect(answer?.body == "refused")
            #expect(try client.isEnded())
            #expect(responder.count == 0)
        }
    }

    @Test func `a chunked body that grows too long is refused`() async throws {
        try await withListener { _, responder, connect in
            let client = try connect()
            try client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            let chunk = "8000\r\n\(String(repeating: "x", count: 0x8000))\r\n"
            for _ in 0..<3 { try client.send(chunk) }
            #expect(try client.read()?.status == 413)
            #expect(responder.count == 0)
        }
    }

    @Test func `a body of exactly the limit is accepted`() async throws {
        try await withListener { _, _, connect in
            let body = String(repeating: "x", count: 65536)
            let client = try connect()
            let answer = try client.ask("POST / HTTP/1.1\r\nContent-Length: 65536\r\n\r\n\(body)")
            #expect(answer?.body == "POST /? \(body)")
        }
    }

    @Test(arguments: ["a long query", "a long header", "many headers"])
    func `a head that is too long is refused, and the client can read why`(kind: String) async throws {
        // More than the buffers of both ends can hold, so that the client is still sending when it is refused.
        let much = String(repeating: "x", count: 20_000_000)
        let request =
            switch kind {
            case "a long query": "GET /?\(much) HTTP/1.1\r\nHost: x\r\n\r\n"
            case "a long header": "GET / HTTP/1.1\r\nX: \(much)\r\n\r\n"
            default: "GET / HTTP/1.1\r\n\(String(repeating: "X: y\r\n", count: 200))\r\n"
            }
        try await withListener { _, responder, connect in
            let client = try connect()
            let answer = try client.ask(request)
            #expect(answer?.status == 431)
            #expect(answer?.body == "refused")
            #expect(try client.isEnded())
            #expect(responder.count == 0)
            #expect(try connect().ask("GET /a HTTP/1.1\r\n\r\n")?.status == 200)
        }
    }

    @Test(arguments: [
        "\u{16}\u{3}\u{1}\u{2}\u{0}garbage\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n",
        "GET /\u{7}\u{0} HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\n: x\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ])
    func `bytes that aren't a request are refused`(bytes: String) async throws {
        try await withListener { _, responder, connect in
            let client = try connect()
            #expect(try client.ask(bytes)?.status == 400)
            #expect(try client.isEnded())
            #expect(responder.count == 0)
        }
    }

    @Test func `invalid bytes after a request don't prevent its answer`() async throws {
        try await withListener { _, responder, connect in
            let client = try connect()
            try client.send("GET /late HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n\u{1}\r\n\r\n")
            await responder.arrival(of: "/late")
            responder.release()
            #expect(try client.read()?.body == "late")
            #expect(try client.read()?.body == "GET /b? -")
            #expect(try client.read()?.status == 400)
            #expect(try client.isEnded())
        }
    }

    @Test func `bytes after the last request of a connection don't prevent its answer`() async throws {
        try await withListener { _, responder, connect in
            let client = try connect()
            try client.send("GET /late HTTP/1.1\r\nConnection: close\r\n\r\nmore")
            await responder.arrival(of: "/late")
            responder.release()
            #expect(try client.read()?.body == "late")
            #expect(try client.isEnded())
        }
    }

    @Test(arguments: ["", "GET /a HT", "GET /a HTTP/1.1\r\nHost: x\r\n"])
    func `a slow sender of a head is cut off`(start: String) async throws {
        try await withListener(limits: .fast(requestTime: .seconds(1))) { _, responder, connect in
            let client = try connect()
            try client.send(start)
            #expect(try client.isEnded())
            #expect(responder.count == 0)
        }
    }

    @Test func `a slow sender of a body gets a 408`() async throws {
        try await withListener(limits: .fast(requestTime: .seconds(1))) { _, responder, connect in
            let client = try connect()
            #expect(try client.ask("POST /a HTTP/1.1\r\nContent-Length: 9\r\n\r\nslow")?.status == 408)
            #expect(try client.isEnded())
            #expect(responder.count == 0)
        }
    }

    @Test func `an idle connection is cut off`() async throws {
        try await withListener(limits: .fast(idleTime: .milliseconds(20))) { _, _, connect in
            let client = try connect()
            #expect(try client.ask("GET /a HTTP/1.1\r\n\r\n")?.status == 200)
            #expect(try client.isEnded())
        }
    }

    @Test func `a slow sender of a second request is cut off like one of the first`() async throws {
        try await withListener(limits: .fast(requestTime: .seconds(1))) { _, responder, connect in
            let client = try connect()
            #expect(try client.ask("GET /a HTTP/1.1\r\n\r\n")?.status == 200)
            try client.send("GET /b HT")
            #expect(try client.isEnded())
            #expect(responder.count == 1)
        }
    }

    @Test func `an answer may take longer than a request`() async throws {
        try await withListener(limits: .fast(requestTime: .seconds(1), idleTime: .milliseconds(20))) {
            listener, responder, connect in
            let client = try connect()
            try client.send("GET /late HTTP/1.1\r\n\r\n")
            await responder.arrival(of: "/late")
            // Another connection reaches its deadline; that of the first one would have passed by then.
            #expect(try connect().isEnded())
            responder.release()
            #expect(try client.read()?.body == "late")
            #expect(try client.isEnded())
        }
    }

    @Test func `nothing more is read from a client that doesn't read its answers`() async throws {
        try await withListener { listener, _, _ in
            let client = try RawClient(.ipv4(port: listener.port ?? 0), receiveBuffer: 4096)
            let request = "GET /big HTTP/1.1\r\n\r\n"
            let taken = client.flood(Array(String(repeating: request, count: 50).utf8), limit: 64_000_000)
            #expect(taken < 32_000_000)
        }
    }
}

extension HTTPListenerLimits {
    static func fast(requestTime: TimeAmount = .seconds(30), idleTime: TimeAmount = .seconds(30)) -> Self {
        Self(headBytes: 65536, bodyBytes: 65536, requestTime: requestTime, idleTime: idleTime)
    }
}
