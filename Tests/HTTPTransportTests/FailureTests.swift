import HTTPTransport
import Scratch
import ScriptedServer
import Testing

@Suite(.timeLimit(.minutes(5)))
struct FailureTests {
    @Test(arguments: [
        "", "HTTP/1.1", "HTTP/1.1 200 OK", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Len",
        "HTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"access_token\":\"a\"}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.0 200 OK\r\n",
        "HTTP/1.0 200 OK\r\nContent-Ty", "HTTP/1.0 400 Bad Request\r\nContent-Type: text/plain\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nabc",
    ])
    func `a reply that is cut off anywhere is a failure`(reply: String) async throws {
        try await withServer { _ in
            .close(after: reply)
        } _: { server, transport in
            for method in [HTTPCall.Method.get, .post] {
                let result = await transport.send(server.call(method))
                #expect(result.failure?.kind == .cut, "\(result)")
            }
        }
    }

    @Test(arguments: ["hello", "{\"access_token\":\"a\"}", "HTTP/9.9 200 OK\r\n\r\n", "SSH-2.0-OpenSSH_9\r\n"])
    func `a reply that isn't HTTP is a failure`(reply: String) async throws {
        try await withServer { _ in
            .close(after: reply)
        } _: { server, transport in
            #expect(await transport.send(server.call()).failure != nil)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n",
    ])
    func `a reply that is too large is a failure`(head: String) async throws {
        let tooMuch = String(repeating: "x", count: 1001)
        try await withServer { _ in
            .close(after: head + tooMuch)
        } _: { server, transport in
            let failure = await transport.send(server.call(replyLimit: 1000)).failure
            #expect(failure == TransportFailure(.tooLarge, "the reply is longer than 1000 bytes"))
        }
    }

    @Test func `a reply of exactly the largest size is accepted`() async throws {
        let reply = "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n\(String(repeating: "x", count: 1000))"
        try await withServer { _ in
            .close(after: reply)
        } _: { server, transport in
            #expect(await transport.send(server.call(replyLimit: 1000)).reply?.body.count == 1000)
        }
    }

    @Test func `a refused connection is a failure`() async throws {
        let port = try ReservedPort()
        let transport = CurlTransport()
        defer { transport.stop() }
        let result = await transport.send(HTTPCall(.get, "http://127.0.0.1:\(port.number)/", isDirect: true))
        #expect(result.failure?.kind == .connection)
    }

    @Test func `a name that doesn't resolve is a failure`() async throws {
        let transport = CurlTransport()
        defer { transport.stop() }
        let result = await transport.send(HTTPCall(.get, "http://no-such-host.invalid/", isDirect: true))
        #expect(result.failure?.kind == .nameLookup)
    }

    @Test(arguments: [
        "file:///etc/hostname", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "127.0.0.1:99999", "", "http://",
    ])
    func `a URL with another scheme, or none, is a failure`(url: String) async throws {
        let transport = CurlTransport()
        defer { transport.stop() }
        #expect(await transport.send(HTTPCall(.get, url, isDirect: true)).failure != nil)
    }

    @Test(arguments: [.milliseconds(30), .milliseconds(1), .microseconds(10), .zero] as [Duration])
    func `a request to a server that never answers ends with the timeout`(timeout: Duration) async throws {
        try await withServer { _ in
            .silence
        } _: { server, transport in
            #expect(await transport.send(server.call(timeout: timeout)).failure?.kind == .timeout)
        }
    }

    @Test func `the timeout applies to the whole reply`() async throws {
        try await withServer { _ in
            .send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nslow")
        } _: { server, transport in
            #expect(await transport.send(server.call(timeout: .milliseconds(30))).failure?.kind == .timeout)
        }
    }

    @Test func `a server that doesn't answer delays no other request`() async throws {
        try await withServer { request in
            request.hasPrefix("GET /slow") ? .silence : .send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        } _: { server, transport in
            await withTaskGroup { group in
                group.addTask { _ = await transport.send(server.call(.get, "/slow")) }
                _ = await server.request()
                #expect(await transport.send(server.call(.get, "/quick")).reply?.status == 200)
                group.cancelAll()
            }
        }
    }
}
