import ScriptedServer
import Synchronization
import Testing

@testable import HTTPTransport

@Suite(.timeLimit(.minutes(5)))
struct LineTests {
    private static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func chunk(_ text: String) -> String { "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" }

    private func read(_ lines: HTTPLines) async throws -> [String] {
        var texts: [String] = []
        while let line = try await lines.next() { texts.append(String(decoding: line, as: UTF8.self)) }
        return texts
    }

    @Test func `lines are returned as they are in the body, whatever the chunks are`() async throws {
        let body = ["one\ntw", "o\n\nfour", "\nfi", "ve"].map(Self.chunk).joined()
        try await withServer { _ in
            .send("\(Self.head)\(body)0\r\n\r\n")
        } _: { server, transport in
            let lines = try #require(await transport.open(server.call(.post)).lines)
            #expect(try await read(lines) == ["one", "two", "", "four", "five"])
            #expect(try await lines.next() == nil)
        }
    }

    @Test func `a line is returned before the reply is complete`() async throws {
        try await withServer { request in
            guard request.hasPrefix("GET /rest") else { return .part("\(Self.head)\(Self.chunk("one\n"))") {} }
            return .rest("\(Self.chunk("two\n"))0\r\n\r\n", reply: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        } _: { server, transport in
            let lines = try #require(await transport.open(server.call(.post)).lines)
            #expect(try await lines.next() == Array("one".utf8))
            #expect(await transport.send(server.call(.get, "/rest")).reply?.status == 200)
            #expect(try await read(lines) == ["two"])
        }
    }

    @Test func `a reply that doesn't succeed is returned whole`() async throws {
        try await withServer { _ in
            .send("HTTP/1.1 503 No\r\nContent-Length: 8\r\n\r\none\ntwo\n")
        } _: { server, transport in
            guard case .success(.reply(let reply)) = await transport.open(server.call(.post)) else {
                Issue.record("there are lines")
                return
            }
            #expect(reply.status == 503)
            #expect(reply.body == Array("one\ntwo\n".utf8))
        }
    }

    @Test func `the status of an interim response doesn't begin the lines`() async throws {
        try await withServer { _ in
            .send("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
        } _: { server, transport in
            guard case .success(.reply(let reply)) = await transport.open(server.call(.post)) else {
                Issue.record("there are lines")
                return
            }
            #expect(reply.status == 401)
        }
    }

    @Test func `lines of a reply that is cut are returned, then the failure`() async throws {
        try await withServer { _ in
            .close(after: "\(Self.head)\(Self.chunk("one\ntwo"))")
        } _: { server, transport in
            let lines = try #require(await transport.open(server.call(.post)).lines)
            #expect(try await lines.next() == Array("one".utf8))
            let failure = await #expect(throws: TransportFailure.self) { try await lines.next() }
            #expect(failure?.kind == .cut)
        }
    }

    @Test func `a reply without a head fails within the call's time limit`() async throws {
        try await withServer { _ in
            .silence
        } _: { server, transport in
            let opening = await transport.open(server.call(.post, timeout: .milliseconds(200)))
            guard case .failure(let failure) = opening else {
                Issue.record("it was opened")
                return
            }
            #expect(failure.kind == .timeout)
        }
    }

    /// A clock that a test sets.
    private final class Clock: Sendable {
        private let time = Mutex(Duration.zero)

        func read() -> Duration { time.withLock { $0 } }

        func advance(by step: Duration) { time.withLock { $0 += step } }
    }

    @Test(arguments: [(Duration.seconds(86_000), true), (.seconds(86_500), false)])
    func `lines may take as long as they like, up to a day`(passed: Duration, arrives: Bool) async throws {
        let clock = Clock()
        let server = try await ScriptedServer { request in
            let empty = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
            if request.hasPrefix("GET /other") { return .send(empty) }
            guard request.hasPrefix("GET /rest") else { return .part("\(Self.head)\(Self.chunk("one\n"))") {} }
            return .rest("\(Self.chunk("two\n"))0\r\n\r\n", reply: empty)
        }
        let transport = CurlTransport(uptime: { clock.read() })
        defer { transport.stop() }
        let lines = try #require(await transport.open(server.call(.post, timeout: .seconds(1))).lines)
        #expect(try await lines.next() == Array("one".utf8))
        clock.advance(by: passed)
        // The transport looks at its clock when it starts this request.
        _ = await transport.send(server.call(.get, arrives ? "/rest" : "/other"))
        if arrives {
            #expect(try await lines.next() == Array("two".utf8))
        } else {
            // Time was left to read what came while the clock stood still.
            clock.advance(by: .seconds(3))
            _ = await transport.send(server.call(.get, "/other"))
            let failure = await #expect(throws: TransportFailure.self) { try await lines.next() }
            #expect(failure?.kind == .timeout)
        }
        await server.close()
    }

    @Test(arguments: [(20, true), (19, false)])
    func `no more than the limit is kept unread`(limit: Int, fits: Bool) async throws {
        let text = "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n0123456789\n01234567\n"
        try await withServer { _ in
            .send(text)
        } _: { server, transport in
            let lines = try #require(await transport.open(server.call(.post, replyLimit: limit)).lines)
            if fits {
                #expect(try await read(lines).count == 2)
            } else {
                let failure = await #expect(throws: TransportFailure.self) { try await read(lines) }
                #expect(failure?.kind == .tooLarge)
            }
        }
    }

    @Test func `what was read makes room`() throws {
        let buffer = LineBuffer(limit: 8)
        func add(_ text: String) -> Bool { unsafe Array(text.utf8).withUnsafeBytes { unsafe buffer.add($0) } }
        #expect(add("abc\nde"))
        #expect(!add("xyz"))
        #expect(try buffer.take() == Array("abc".utf8))
        #expect(add("fg\nhi"))
        #expect(!add("jk"))
        #expect(try buffer.take() == Array("defg".utf8))
        buffer.finish(nil)
        #expect(!add("j"))
        #expect(try buffer.take() == Array("hi".utf8))
        #expect(try buffer.take() == nil)
    }

    @Test func `a reader that is cancelled ends the request`() async throws {
        try await withServer { _ in
            .send("\(Self.head)\(Self.chunk("one\n"))")
        } _: { server, transport in
            let lines = try #require(await transport.open(server.call(.post)).lines)
            #expect(try await lines.next() == Array("one".utf8))
            await withTaskGroup { group in
                group.addTask { await #expect(throws: TransportFailure.self) { try await lines.next() }?.kind }
                group.cancelAll()
                #expect(await group.next() == .cancelled)
            }
            await server.hangUp()
        }
    }

    @Test func `lines that nobody holds any more end the request`() async throws {
        try await withServer { _ in
            .send("\(Self.head)\(Self.chunk("one\n"))")
        } _: { server, transport in
            #expect(await transport.open(server.call(.post)).lines != nil)
            await server.hangUp()
        }
    }

    @Test func `stop ends the lines`() async throws {
        try await withServer { _ in
            .send(Self.head)
        } _: { server, transport in
            let lines = try #require(await transport.open(server.call(.post)).lines)
            transport.stop()
            let failure = await #expect(throws: TransportFailure.self) { try await lines.next() }
            #expect(failure?.kind == .cancelled)
        }
    }
}

extension Result<HTTPOpening, TransportFailure> {
    fileprivate var lines: HTTPLines? {
        guard case .success(.lines(let lines)) = self else { return nil }
        return lines
    }
}
