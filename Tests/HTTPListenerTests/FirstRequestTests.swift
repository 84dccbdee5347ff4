import NIOCore
import Testing

@testable import HTTPListener

/// Requests that a client sends on a new connection each.
struct FirstRequestTests {
    private static let plain = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
    private let first = FirstRequest()

    /// What a new connection answers to these reads, and whether it had to parse one.
    private func ask(_ reads: String...) throws -> (sent: String, hasParsed: Bool) {
        let connection = try InMemoryConnection(first: first)
        for read in reads { connection.receive(read) }
        return (try connection.sent(), connection.hasParsed)
    }

    @Test func `a request that another connection began with isn't parsed again`() throws {
        let one = try ask(Self.plain)
        let other = try ask(Self.plain, Self.plain)
        #expect(one.hasParsed && !other.hasParsed)
        #expect(other.sent == one.sent + one.sent)
    }

    @Test func `each connection asks its own responder`() throws {
        _ = try ask(Self.plain)
        let connection = try InMemoryConnection(first: first)
        connection.receive(Self.plain)
        #expect(connection.responder.count == 1)
    }

    @Test(arguments: [
        "GET /b HTTP/1.1\r\nHost: x\r\n\r\n", "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n", "GET /a HTTP/1.1\r\n",
        "POST /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi", "nonsense\r\n\r\n",
    ])
    func `other bytes are answered as on a connection without a known request`(other: String) throws {
        let alone = try InMemoryConnection()
        alone.receive(other)
        _ = try ask(Self.plain)
        #expect(try ask(other).sent == alone.sent())
        // The same behind a request that wasn't parsed.
        let behind = try InMemoryConnection()
        for read in [Self.plain, other] { behind.receive(read) }
        #expect(try ask(Self.plain, other).sent == behind.sent())
    }

    @Test func `a client that closes its side after a request that wasn't parsed gets its answer`() throws {
        let late = "GET /late HTTP/1.1\r\nHost: x\r\n\r\n"
        for _ in 0..<2 {
            let connection = try InMemoryConnection(first: first)
            connection.receive(late)
            connection.closeInput()
            connection.responder.release("now")
            connection.run()
            #expect(try connection.sent().hasSuffix("now"))
        }
    }

    @Test func `a streamed answer to a request that wasn't parsed has its form`() throws {
        let late = "GET /late HTTP/1.1\r\nHost: x\r\n\r\n"
        let heads = try (0..<2).map { _ in
            let connection = try InMemoryConnection(first: first)
            connection.receive(late)
            _ = connection.begin()
            return try connection.sent()
        }
        #expect(heads[0] == heads[1] && heads[0].lowercased().contains("transfer-encoding: chunked"))
    }

    @Test(arguments: [
        "GET /a HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret\r\n\r\n",
        "GET /a HTTP/1.1\r\nHost: x\r\nCookie: secret\r\n\r\n", "POST /a HTTP/1.1\r\nHost: x\r\n\r\n",
    ])
    func `a request with a secret isn't kept for other connections`(request: String) throws {
        _ = try ask(request)
        #expect(first.request(of: ByteBuffer(string: request)) == nil)
        #expect(try ask(request).hasParsed)
    }
}
