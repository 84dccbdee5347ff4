import HTTPListener
import RawClient
import Scratch
import Testing

@Suite(.timeLimit(.minutes(5)))
struct HTTPListenerTests {
    @Test func `a request gets its whole answer`() async throws {
        try await withListener { _, _, connect in
            let answer = try #require(try connect().ask("GET /a?b=c HTTP/1.1\r\nHost: x\r\n\r\n"))
            #expect(answer.status == 200)
            #expect(answer.body == "GET /a?b=c -")
            #expect(answer["content-length"] == "12")
            #expect(answer["connection"] == nil)
        }
    }

    @Test func `one connection carries many requests`() async throws {
        try await withListener { _, _, connect in
            let client = try connect()
            for number in 0..<50 {
                let answer = try client.ask("GET /\(number) HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(answer?.body == "GET /\(number)? -")
            }
        }
    }

    @Test func `a request may arrive byte by byte`() async throws {
        try await withListener { _, _, connect in
            let client = try connect()
            for byte in "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc".utf8 { try client.send([byte]) }
            #expect(try client.read()?.body == "POST /a? abc")
        }
    }

    @Test func `a Unix socket is served too`() async throws {
        let folder = try ScratchFolder()
        try await withListener(at: .unix(path: folder.file("s"))) { listener, _, connect in
            #expect(listener.port == nil)
            let answer = try connect().ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(answer?.body == "GET /a? -")
        }
    }

    @Test func `pipelined requests are answered in order, even where the first answer comes late`() async throws {
        try await withListener { _, responder, connect in
            let client = try connect()
            try client.send("GET /late HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\n\r\n")
            try client.send("POST /c HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi")
            await responder.arrival(of: "/late")
            responder.release()
            #expect(try client.read()?.body == "late")
            #expect(try client.read()?.body == "GET /b? -")
            #expect(try client.read()?.body == "POST /c? hi")
        }
    }

    @Test func `thousands of pipelined requests after a late answer don't let the stack grow`() async throws {
        try await withListener { _, responder, connect in
            let client = try connect()
            let many = String(repeating: "GET / HTTP/1.1\r\n\r\n", count: 10_000)
            // The first requests make the listener read in large pieces, so that one read holds all the others.
            try client.send(many)
            for _ in 0..<10_000 { #expect(try client.read()?.status == 200) }
            try client.send("GET /late HTTP/1.1\r\n\r\n" + many)
            await responder.arrival(of: "/late")
            responder.release()
            #expect(try client.read()?.body == "late")
            for _ in 0..<10_000 { #expect(try client.read()?.status == 200) }
        }
    }

    @Test func `HEAD is answered without a body, and the next request is answered correctly`() async throws {
        try await withListener { _, _, connect in
            let client = try connect()
            let answer = try #require(try client.ask("HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n", hasBody: false))
            #expect(answer["content-length"] == "10")
            #expect(try client.ask("GET /b HTTP/1.1\r\nHost: x\r\n\r\n")?.body == "GET /b? -")
        }
    }

    @Test func `an answer without content has no Content-Length`() async throws {
        try await withListener { _, _, connect in
            let client = try connect()
            let answer = try #require(try client.ask("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n"))
            #expect(answer.status == 204)
            #expect(answer["content-length"] == nil)
            #expect(try client.ask("GET /b HTTP/1.1\r\nHost: x\r\n\r\n")?.body == "GET /b? -")
        }
    }

    @Test func `a chunked body is joined`() async throws {
        try await withListener { _, _, connect in
            let client = try connect()
            try client.send("POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
            try client.send("2\r\nab\r\n")
            try client.send("3\r\ncde\r\n0\r\nTrailer: x\r\n\r\n")
            #expect(try client.read()?.body == "POST /a? abcde")
        }
    }

    @Test func `a client that asks before it sends its body is told to continue`() async throws {
        try await withListener { _, _, connect in
            let client = try connect()
            try client.send("POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
            #expect(try client.read()?.status == 100)
            #expect(try client.ask("hi")?.body == "POST /a? hi")
            #expect(try client.ask("GET /b HTTP/1.1\r\nHost: x\r\n\r\n")?.body == "GET /b? -")
        }
    }

    @Test(arguments: [
        "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n\r\n",
    ])
    func `a connection that can't carry another request ends with its answer`(request: String) async throws {
        try await withListener { _, _, connect in
            let client = try connect()
            let answer = try #require(try client.ask(request))
            #expect(answer.body == "GET /a? -")
            #expect(answer["connection"] == "close")
            #expect(try client.isEnded())
        }
    }

    @Test func `a large answer arrives whole although the connection ends with it`() async throws {
        try await withListener { _, _, connect in
            let client = try connect()
            let answer = try client.ask("GET /big HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(answer?.body.utf8.count == 4_000_000)
            #expect(try client.isEnded())
        }
    }

    @Test func `two hundred connections at once are served`() async throws {
        try await withListener { _, _, connect in
            let clients = try (0..<200).map { _ in try connect() }
            for client in clients { try client.send("GET /a HTTP/1.1\r\nHost: x\r\n\r\n") }
            for client in clients { #expect(try client.read()?.status == 200) }
        }
    }

    @Test func `a connection that isn't admitted is closed, and the listener continues`() async throws {
        let isFirst = FirstTime()
        try await withListener(isAdmitted: { _ in !isFirst.take() }) { _, responder, connect in
            let refused = try connect()
            #expect(try refused.isEnded())
            #expect(responder.count == 0)
            #expect(try connect().ask("GET /a HTTP/1.1\r\nHost: x\r\n\r\n")?.status == 200)
        }
    }
}
