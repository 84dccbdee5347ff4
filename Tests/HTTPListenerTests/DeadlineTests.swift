import NIOCore
import Testing

@testable import HTTPListener

/// Tests of each deadline of a connection, just before it and at it.
struct DeadlineTests {
    private static let limits = HTTPListenerLimits(
        headBytes: 65536, bodyBytes: 65536, requestTime: .seconds(10), idleTime: .seconds(120))

    private let connection: InMemoryConnection

    init() throws {
        connection = try InMemoryConnection(limits: Self.limits)
    }

    /// Checks that the connection is open until just before this time, and closed at it.
    private func expectEnd(after time: TimeAmount) {
        connection.pass(time - .milliseconds(1))
        #expect(connection.isOpen)
        connection.pass(.milliseconds(1))
        #expect(!connection.isOpen)
    }

    @Test func `the first byte must arrive within the time of a request`() {
        expectEnd(after: .seconds(10))
    }

    @Test func `a request has a fixed time from its first byte on, however slowly it arrives`() {
        connection.pass(.seconds(9))
        for byte in ["G", "E", "T", " ", "/", "a", " "] {
            connection.receive(byte)
            connection.pass(.seconds(1))
        }
        expectEnd(after: .seconds(3))
    }

    @Test func `head and body share the time of a request, and a slow body gets a 408`() throws {
        connection.receive("POST /a HTTP/1.1\r\nContent-Length: 99\r\n\r\n")
        for _ in 0..<9 {
            connection.pass(.seconds(1))
            connection.receive("x")
        }
        connection.pass(.milliseconds(999))
        #expect(try connection.sent() == "")
        connection.pass(.milliseconds(1))
        #expect(try connection.sent().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
    }

    @Test func `the time of a request starts with a head that arrives together with part of its body`() throws {
        connection.pass(.seconds(9))
        connection.receive("POST /a HTTP/1.1\r\nContent-Length: 99\r\n\r\nx")
        connection.pass(.milliseconds(9999))
        #expect(try connection.sent() == "")
        connection.pass(.milliseconds(1))
        #expect(try connection.sent().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
    }

    @Test func `an answer may take any time`() throws {
        connection.receive("GET /late HTTP/1.1\r\n\r\n")
        connection.pass(.hours(1))
        #expect(connection.isOpen)
        connection.responder.release()
        #expect(try connection.sent().hasSuffix("late"))
    }

    @Test func `a connection may be idle between two requests, and the next request has its full time again`() throws {
        for _ in 0..<2 {
            connection.receive("GET /a HTTP/1.1\r\n\r\n")
            connection.pass(.milliseconds(119_999))
            #expect(connection.isOpen)
        }
        connection.receive("GET /b")
        expectEnd(after: .seconds(10))
    }

    @Test func `an idle connection is closed`() {
        connection.receive("GET /a HTTP/1.1\r\n\r\n")
        expectEnd(after: .seconds(120))
    }

    @Test(arguments: ["", "GET /a"])
    func `a closing listener waits a moment for a request on its way`(start: String) {
        connection.receive(start)
        connection.finish()
        expectEnd(after: .milliseconds(100))
    }

    @Test func `a closing listener waits a moment for a body`() throws {
        connection.receive("POST /a HTTP/1.1\r\nContent-Length: 99\r\n\r\nx")
        connection.finish()
        connection.pass(.milliseconds(99))
        #expect(try connection.sent() == "")
        connection.pass(.milliseconds(1))
        #expect(try connection.sent().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
    }

    @Test func `a stream may be silent for any time`() throws {
        connection.receive("GET /late HTTP/1.1\r\n\r\n")
        let stream = try #require(connection.begin())
        stream.send(ByteBuffer(string: "one"))
        connection.run()
        connection.pass(.hours(1))
        #expect(connection.isOpen)
        #expect(try connection.sent().hasSuffix("\r\n\r\n3\r\none\r\n"))
    }

    @Test func `invalid bytes after a streamed request are refused once the stream has ended`() async throws {
        connection.receive("GET /late HTTP/1.1\r\n\r\n")
        let stream = try #require(connection.begin())
        connection.receive("\u{1}\r\n\r\n")
        stream.send(ByteBuffer(string: "one"))
        connection.run()
        #expect(!(try connection.sent()).contains("400"))
        stream.finish()
        connection.run()
        let rest = try connection.sent()
        #expect(rest.hasPrefix("0\r\n\r\nHTTP/1.1 400 Bad Request\r\n"))
    }
}
