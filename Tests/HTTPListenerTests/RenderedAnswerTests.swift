import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import HTTPListener

/// The bytes of whole answers, beside those that NIO's encoder makes of the same ones.
struct RenderedAnswerTests {
    private func encode(_ answer: HTTPAnswer, isLast: Bool, hasBody: Bool) throws -> String {
        let channel = EmbeddedChannel(handler: HTTPResponseEncoder())
        var headers = answer.headers
        headers.add(name: "Content-Length", value: String(answer.body.readableBytes))
        if isLast { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
        try channel.writeOutbound(HTTPServerResponsePart.head(head))
        if hasBody { try channel.writeOutbound(HTTPServerResponsePart.body(.byteBuffer(answer.body))) }
        try channel.writeOutbound(HTTPServerResponsePart.end(nil))
        var text = ""
        while let piece = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: piece) }
        return text
    }

    @Test(arguments: [true, false], [true, false])
    func `an answer has the bytes that the encoder would make`(isLast: Bool, hasBody: Bool) throws {
        let answers = [
            HTTPAnswer(status: .ok, text: ""),
            HTTPAnswer(status: .ok, headers: ["Content-Type": "text/plain", "Cache-Control": "no-store"], text: "é"),
            HTTPAnswer(status: .notFound, headers: ["a": "1", "A": "2"], text: "nothing"),
            HTTPAnswer(status: .custom(code: 599, reasonPhrase: "Odd"), text: String(repeating: "x", count: 5000)),
        ]
        for answer in answers {
            let bytes = answer.render(isLast: isLast, hasBody: hasBody)
            #expect(String(buffer: bytes) == (try encode(answer, isLast: isLast, hasBody: hasBody)))
        }
    }

    @Test func `an answer without content states no size`() throws {
        let answer = HTTPAnswer(status: .noContent)
        #expect(String(buffer: answer.render(isLast: false, hasBody: true)) == "HTTP/1.1 204 No Content\r\n\r\n")
        #expect(
            try encode(answer, isLast: true, hasBody: true)
                == String(buffer: answer.render(isLast: true, hasBody: true)))
    }

    @Test(arguments: [
        ("GET /shared HTTP/1.1\r\nHost: x\r\n\r\n", "Content-Length: 6\r\n\r\nshared"),
        ("HEAD /shared HTTP/1.1\r\nHost: x\r\n\r\n", "Content-Length: 6\r\n\r\n"),
        ("GET /shared HTTP/1.0\r\n\r\n", "Content-Length: 6\r\nConnection: close\r\n\r\nshared"),
    ])
    func `a shared answer is sent in the form that each request wants`(request: String, sent: String) throws {
        let connection = try InMemoryConnection()
        connection.receive(request)
        #expect(try connection.sent() == "HTTP/1.1 200 OK\r\n" + sent)
    }
}
