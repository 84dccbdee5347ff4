import FoundationEssentials
import Glibc
import HTTPTransport
import ScriptedServer
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ExchangeTests {
    @Test func `a POST arrives unchanged`() async throws {
        try await withServer { _ in
            .close(after: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        } _: {
            server, transport in
            let body = "grant_type=refresh_token&refresh_token=%C3%A9+1&note=é\u{0}!"
            let result = await transport.send(
                server.call(
                    .post, "/token?a=b",
                    headers: [
                        ("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json"),
                        ("Authorization", "Basic aWQ6c2VjcmV0"),
                    ], body: body))
            #expect(result.reply?.status == 200)
            let request = try #require(await server.request())
            #expect(request.hasSuffix("\r\n\r\n\(body)"))
            let head = request.components(separatedBy: "\r\n\r\n")[0].components(separatedBy: "\r\n")
            #expect(head.first == "POST /token?a=b HTTP/1.1")
            #expect(
                head.dropFirst().sorted() == [
                    "Accept: application/json", "Authorization: Basic aWQ6c2VjcmV0",
                    "Content-Length: \(body.utf8.count)", "Content-Type: application/x-www-form-urlencoded",
                    "Host: 127.0.0.1:\(server.port)", "User-Agent: valetkey",
                ])
        }
    }

    @Test func `a POST without a body has a Content-Length of zero`() async throws {
        try await withServer { _ in
            .close(after: "HTTP/1.1 204 No Content\r\n\r\n")
        } _: { server, transport in
            #expect(await transport.send(server.call(.post)).reply?.status == 204)
            #expect(await server.request()?.contains("\r\nContent-Length: 0\r\n") == true)
        }
    }

    @Test(arguments: [HTTPCall.Method.put, .delete])
    func `requests with other methods are sent with their body`(method: HTTPCall.Method) async throws {
        try await withServer { _ in
            .close(after: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        } _: { server, transport in
            #expect(await transport.send(server.call(method, "/Campaigns", body: "{}")).reply?.status == 200)
            let request = await server.request()
            #expect(request?.hasPrefix("\(method.rawValue) /Campaigns HTTP/1.1\r\n") == true)
            #expect(request?.hasSuffix("\r\n\r\n{}") == true)
        }
    }

    @Test func `a GET has no body`() async throws {
        try await withServer { _ in
            .close(after: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        } _: {
            server, transport in
            #expect(await transport.send(server.call(.get, "/meta")).reply?.body == [])
            let request = await server.request()
            #expect(request?.hasPrefix("GET /meta HTTP/1.1\r\n") == true)
            #expect(request?.contains("Content-Length") == false)
        }
    }

    @Test(arguments: [200, 201, 400, 401, 403, 404, 408, 425, 429, 500, 503, 599])
    func `a reply with any status is returned with its body`(status: Int) async throws {
        try await withServer { _ in
            .send("HTTP/1.1 \(status) Words\r\nContent-Length: 22\r\n\r\n{\"error\":\"some_error\"}")
        } _: { server, transport in
            let reply = await transport.send(server.call(.post)).reply
            #expect(reply?.status == status)
            #expect(reply.map { String(decoding: $0.body, as: UTF8.self) } == "{\"error\":\"some_error\"}")
        }
    }

    @Test func `a body with any bytes and framing is returned unchanged`() async throws {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\na\u{0}c\r\n3\r\n€\r\n0\r\n\r\n"
        let old = "HTTP/1.0 200 OK\r\n\r\na\u{0}c€"
        for reply in [chunked, old, "HTTP/1.1 100 Continue\r\n\r\n\(old)"] {
            try await withServer { _ in
                .close(after: reply)
            } _: { server, transport in
                #expect(await transport.send(server.call()).reply?.body == Array("a\u{0}c€".utf8))
            }
        }
    }

    // TLS-2
    @Test(arguments: [301, 302, 303, 307, 308])
    func `no redirect is followed`(status: Int) async throws {
        try await withServer { _ in
            .send("HTTP/1.1 \(status) Elsewhere\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n")
        } _: { server, transport in
            for method in [HTTPCall.Method.post, .get] {
                #expect(await transport.send(server.call(method, body: "code=1")).reply?.status == status)
            }
            #expect(await transport.send(server.call(.get, "/end")).reply?.status == status)
            for path in ["POST / ", "GET / ", "GET /end "] {
                #expect(await server.request()?.hasPrefix(path) == true)
            }
        }
    }

    // REFRESH-6
    @Test(arguments: [
        ("Retry-After: 7", 7.0...7), ("retry-after:   120  ", 120...120), ("Retry-After: {in 100}", 40...100),
    ])
    func `Retry-After is understood in seconds and as a date`(
        header: String, expected: ClosedRange<Double>
    ) async throws {
        let line = header.replacing("{in 100}", with: Self.date(in: 100))
        try await withServer { _ in
            .send("HTTP/1.1 503 Busy\r\n\(line)\r\nContent-Length: 0\r\n\r\n")
        } _: {
            server, transport in
            let wait = try #require(await transport.send(server.call()).reply?.retryAfter)
            #expect(expected.contains(wait / .seconds(1)))
        }
    }

    /// The date in the format of HTTP (RFC 9110 section 5.6.7).
    private static func date(in seconds: Int) -> String {
        var time = Glibc.time(nil) + seconds
        var parts = unsafe tm()
        var text = [CChar](repeating: 0, count: 40)
        unsafe gmtime_r(&time, &parts)
        let length = unsafe strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        return String(decoding: text[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    @Test(arguments: ["X: y", "Retry-After: 0", "Retry-After: soon", "Retry-After: Thu, 01 Jan 2015 00:00:00 GMT"])
    func `an invalid Retry-After gives no wait`(header: String) async throws {
        try await withServer { _ in
            .send("HTTP/1.1 503 Busy\r\n\(header)\r\nContent-Length: 0\r\n\r\n")
        } _: {
            server, transport in
            let reply = try #require(await transport.send(server.call()).reply)
            #expect(reply.retryAfter == nil)
        }
    }

    @Test func `two hundred concurrent requests each get their own reply`() async throws {
        try await withServer { request in
            let path = request.split(separator: " ")[1]
            return .send("HTTP/1.1 200 OK\r\nContent-Length: \(path.utf8.count)\r\n\r\n\(path)")
        } _: { server, transport in
            let right = await withTaskGroup { group in
                for number in 0..<200 {
                    let call = server.call(number.isMultiple(of: 2) ? .get : .post, "/\(number)", body: "n=\(number)")
                    group.addTask { await transport.send(call).reply?.body == Array("/\(number)".utf8) }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(right == 200)
        }
    }

    // REFRESH-1
    @Test func `a POST without a reply is never sent a second time`() async throws {
        try await withServer { request in
            request.hasPrefix("GET") ? .send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") : .close(after: "")
        } _: { server, transport in
            // A kept connection, which the server closes once it has read a request.
            #expect(await transport.send(server.call()).reply?.status == 200)
            let post = server.call(.post, body: "refresh_token=used-once")
            #expect(await transport.send(post).failure?.kind == .cut)
            #expect(await transport.send(server.call(.get, "/end")).reply?.status == 200)
            var posts = 0
            for await case .request(let text) in server.events {
                if text.hasPrefix("POST") { posts += 1 }
                if text.hasPrefix("GET /end") { break }
            }
            #expect(posts == 1)
        }
    }
}
