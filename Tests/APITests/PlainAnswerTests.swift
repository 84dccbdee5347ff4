import Testing

@testable import APIClient

struct PlainAnswerTests {
    private static let plain = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello"

    private func read(_ pieces: String...) -> [PlainAnswer.Reading] {
        var answer = PlainAnswer()
        return pieces.map { answer.add(Array($0.utf8)) }
    }

    private var hello: SocketClient.Answer { .init(status: 200, body: Array("hello".utf8)) }

    @Test func `an answer is read whole`() {
        #expect(read(Self.plain) == [.whole(hello)])
    }

    @Test func `an answer may arrive byte by byte`() {
        var answer = PlainAnswer()
        let readings = Self.plain.utf8.map { answer.add([$0]) }
        #expect(readings.dropLast().allSatisfy { $0 == .incomplete })
        #expect(readings.last == .whole(hello))
    }

    @Test func `the status, an empty body and the header Authorization are kept`() {
        let text = "HTTP/1.1 503 Service Unavailable\r\nauthorization:  Bearer a b\r\ncontent-length: 0\r\n\r\n"
        #expect(read(text) == [.whole(.init(status: 503, authorization: "Bearer a b"))])
        #expect(
            read("HTTP/1.1 200 OK\r\nAuthorization: DPoP x\r\nContent-Length:0\r\n\r\n")
                == [.whole(.init(status: 200, authorization: "DPoP x"))])
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello", "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\nhello", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: ٥\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nno colon\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", "HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 600 Odd\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "\r\n\r\n", "SSH-2.0-OpenSSH\r\n\r\n",
    ])
    func `any other form needs a whole parser, which gets all bytes`(text: String) {
        var answer = PlainAnswer()
        #expect(answer.add(Array(text.utf8)) == .unusual)
        #expect(answer.bytes == Array(text.utf8))
    }

    @Test func `a head without an end isn't collected for ever`() {
        var answer = PlainAnswer()
        #expect(answer.add([UInt8](repeating: 0x61, count: 16_384)) == .incomplete)
        #expect(answer.add([0x61]) == .unusual)
    }
}
