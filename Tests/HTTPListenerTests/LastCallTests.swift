import NIOCore
import Testing

@testable import HTTPListener

/// What a connection does after its listener has begun to close.
struct LastCallTests {
    @Test(arguments: ["", "POST /a HTTP/1.1\r\nContent-Len"])
    func `a request that arrives just after the listener began to close is answered`(before: String) throws {
        let connection = try InMemoryConnection()
        connection.receive(before)
        connection.finish()
        connection.receive(String("POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi".dropFirst(before.count)))
        let answer = try connection.sent()
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("POST /a? hi"))
        #expect(answer.contains("Connection: close\r\n"))
        #expect(!connection.isOpen)
    }

    @Test func `all requests that have arrived are answered where the client has closed its side`() throws {
        let connection = try InMemoryConnection()
        connection.receive("GET /late HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\n")
        connection.closeInput()
        connection.finish()
        connection.responder.release()
        let answers = try connection.sent()
        #expect(answers.contains("late"))
        #expect(answers.contains("GET /b? -"))
        #expect(answers.hasSuffix("GET /c? -"))
        #expect(!connection.isOpen)
    }

    @Test func `only the current request is answered where the client could send more`() throws {
        let connection = try InMemoryConnection()
        connection.receive("GET /late HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n")
        connection.finish()
        connection.responder.release()
        let answers = try connection.sent()
        #expect(answers.hasSuffix("Connection: close\r\n\r\nlate"))
        #expect(connection.responder.count == 1)
    }
}
