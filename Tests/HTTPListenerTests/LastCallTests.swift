import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import HTTPListener

/// What a connection does once its listener is closing.
struct LastCallTests {
    private func connection() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandlers([
            HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder()),
            HTTPConnection(responder: TestResponder(), limits: .test),
        ])
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
        return channel
    }

    private func written(_ channel: EmbeddedChannel) throws -> String {
        var text = ""
        while let piece = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: piece) }
        return text
    }

    @Test(arguments: ["", "POST /a HTTP/1.1\r\nContent-Len"])
    func `a request whose bytes are read only then is answered`(before: String) throws {
        let channel = try connection()
        let request = "POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi"
        try channel.writeInbound(ByteBuffer(string: before))
        channel.pipeline.fireUserInboundEventTriggered(HTTPConnection.Finish())
        try channel.writeInbound(ByteBuffer(string: String(request.dropFirst(before.count))))
        let answer = try written(channel)
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n") && answer.hasSuffix("POST /a? hi"))
        #expect(answer.contains("Connection: close\r\n"))
        #expect(!channel.isActive)
    }
}
