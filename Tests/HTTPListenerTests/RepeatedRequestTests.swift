import NIOCore
import Testing

@testable import HTTPListener

/// Requests that a client sends again, which aren't parsed again.
struct RepeatedRequestTests {
    private static let plain = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n"

    /// The bodies of the answers to these reads, each of which is answered at once.
    private func bodies(_ reads: String...) throws -> [String] {
        let connection = try InMemoryConnection()
        return try reads.map { read in
            connection.receive(read)
            let sent = try connection.sent()
            return sent.split(separator: "\r\n\r\n").last.map(String.init) ?? ""
        }
    }

    @Test func `a repeated request is answered anew each time, and prepared once`() throws {
        let connection = try InMemoryConnection()
        for _ in 0..<5 { connection.receive(Self.plain) }
        let answers = try connection.sent().components(of: "HTTP/1.1 200 OK")
        #expect(answers == 5)
        #expect(connection.responder.count == 5)
        #expect(connection.responder.prepared == 1)
    }

    @Test func `a request of the same size with other bytes is parsed`() throws {
        #expect(
            try bodies(Self.plain, Self.plain, "GET /b HTTP/1.1\r\nHost: x\r\n\r\n", Self.plain)
                == ["GET /a? -", "GET /a? -", "GET /b? -", "GET /a? -"])
    }

    @Test func `a repeated HEAD gets no body`() throws {
        let head = "HEAD /a HTTP/1.1\r\nHost: x\r\n\r\n"
        let connection = try InMemoryConnection()
        for _ in 0..<3 {
            connection.receive(head)
            #expect(try connection.sent() == "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n")
        }
    }

    @Test func `the bytes of a known request within another request's body are that body`() throws {
        let post = "POST /p HTTP/1.1\r\nHost: x\r\nContent-Length: \(Self.plain.utf8.count)\r\n\r\n"
        let connection = try InMemoryConnection()
        connection.receive(Self.plain)
        connection.receive(post)
        _ = try connection.sent()
        connection.receive(Self.plain)
        #expect(try connection.sent().hasSuffix("POST /p? \(Self.plain)"))
        connection.receive(Self.plain)
        #expect(try connection.sent().hasSuffix("GET /a? -"))
    }

    @Test func `the bytes of a known request within the head of another are part of that head`() throws {
        let connection = try InMemoryConnection()
        connection.receive(Self.plain)
        connection.receive(Self.plain)
        _ = try connection.sent()
        connection.receive("GET /b HTTP/1.1\r\nHost: x\r\nX-Note: ")
        connection.receive(Self.plain)
        #expect(try connection.sent().hasSuffix("GET /b? -"))
        #expect(connection.responder.count == 3)
    }

    @Test func `a known request behind a whole one with a part of the next isn't taken for a repetition`() throws {
        let connection = try InMemoryConnection()
        connection.receive(Self.plain)
        connection.receive(Self.plain + "GET /c HTTP/1.1\r\nHost: x\r\nX-Note: ")
        connection.receive(Self.plain)
        #expect(try connection.sent().hasSuffix("GET /c? -"))
        #expect(connection.responder.count == 3)
    }

    @Test func `two requests in one read aren't kept as one`() throws {
        let connection = try InMemoryConnection()
        for _ in 0..<3 { connection.receive(Self.plain + Self.plain) }
        #expect(connection.responder.count == 6)
        #expect(try connection.sent().components(of: "GET /a? -") == 6)
    }

    @Test func `a repeated request waits for the answer to the one before it`() throws {
        let late = "GET /late HTTP/1.1\r\nHost: x\r\n\r\n"
        let connection = try InMemoryConnection()
        connection.receive(late)
        connection.receive(late)
        connection.responder.release("one")
        connection.run()
        connection.responder.release("two")
        connection.run()
        let sent = try connection.sent()
        #expect(sent.components(of: "HTTP/1.1 200 OK") == 2)
        #expect(sent.hasSuffix("two"))
        connection.receive(late)
        connection.responder.release("three")
        connection.run()
        #expect(try connection.sent().hasSuffix("three"))
    }

    @Test func `a request that asks to close the connection is the last one`() throws {
        let last = "GET /a HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        let connection = try InMemoryConnection()
        connection.receive(last)
        connection.receive(last)
        #expect(try connection.sent().components(of: "HTTP/1.1 200 OK") == 1)
        #expect(connection.responder.count == 1)
    }

    @Test func `a listener that is closing answers a repeated request last`() throws {
        let connection = try InMemoryConnection()
        connection.receive(Self.plain)
        _ = try connection.sent()
        connection.finish()
        connection.receive(Self.plain)
        #expect(try connection.sent().contains("Connection: close"))
    }

    @Test func `a long request is parsed each time`() throws {
        let long = "GET /a HTTP/1.1\r\nHost: x\r\nX-Note: \(String(repeating: "n", count: 1024))\r\n\r\n"
        let connection = try InMemoryConnection()
        for _ in 0..<3 { connection.receive(long) }
        #expect(connection.responder.count == 3)
        #expect(connection.responder.prepared == 0)
    }

    @Test func `a broken request after a repeated one is refused`() throws {
        let connection = try InMemoryConnection()
        connection.receive(Self.plain)
        connection.receive(Self.plain)
        connection.receive("GET /a HTTP/1.1\r\nHo st: x\r\n\r\n")
        #expect(try connection.sent().contains("HTTP/1.1 400"))
    }

    @Test func `an idle connection that repeats its request keeps its deadline`() throws {
        let connection = try InMemoryConnection()
        for _ in 0..<4 {
            connection.receive(Self.plain)
            connection.pass(.seconds(20))
            #expect(connection.isOpen)
        }
        connection.pass(.seconds(11))
        #expect(!connection.isOpen)
    }
}

extension String {
    /// How often the text occurs in this one.
    fileprivate func components(of text: String) -> Int { ranges(of: text).count }
}
