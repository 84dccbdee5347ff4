package import NIOCore
import NIOHTTP1

/// A complete answer with its bytes, which many exchanges can share.
package final class RenderedAnswer: Sendable {
    package let answer: HTTPAnswer
    /// Head and body, for a connection that stays open.
    package let bytes: ByteBuffer

    package init(_ answer: HTTPAnswer) {
        self.answer = answer
        bytes = answer.render(isLast: false, hasBody: true)
    }
}

extension HTTPAnswer {
    /// The answer as it is sent (RFC 9112 sections 4 to 6). Without its body, as for HEAD, it states the body's size.
    func render(isLast: Bool, hasBody: Bool) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.reserveCapacity(256 + (hasBody ? body.readableBytes : 0))
        bytes.writeString("HTTP/1.1 \(status.code) \(status.reasonPhrase)\r\n")
        for (name, value) in headers { bytes.writeString("\(name): \(value)\r\n") }
        // A 204 has no body, and states no size (RFC 9110 section 8.6).
        if status != .noContent { bytes.writeString("Content-Length: \(body.readableBytes)\r\n") }
        bytes.writeString(isLast ? "Connection: close\r\n\r\n" : "\r\n")
        if hasBody { bytes.writeImmutableBuffer(body) }
        return bytes
    }
}
