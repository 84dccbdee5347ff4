import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import HTTPListener

/// A connection without a socket, whose time a test moves.
struct InMemoryConnection {
    let responder = TestResponder()
    private let channel = EmbeddedChannel()
    private let connection: HTTPConnection

    init(limits: HTTPListenerLimits = .test) throws {
        connection = HTTPConnection(responder: responder, limits: limits)
        try channel.pipeline.syncOperations.addHandlers([
            HTTPResponseEncoder(), ByteToMessageHandler(HTTPRequestDecoder()), connection,
        ])
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    }

    var isOpen: Bool { channel.isActive }

    /// One read of these bytes.
    func receive(_ text: String) {
        if text.isEmpty { return }
        channel.pipeline.fireChannelRead(ByteBuffer(string: text))
        channel.pipeline.fireChannelReadComplete()
        channel.embeddedEventLoop.run()
    }

    /// The client sends no more.
    func closeInput() {
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    /// The listener is closing.
    func finish() {
        channel.pipeline.fireUserInboundEventTriggered(HTTPConnection.Finish())
    }

    func pass(_ time: TimeAmount) {
        channel.embeddedEventLoop.advanceTime(by: time)
    }

    /// Begins to answer the request in hand piece by piece.
    func begin() -> HTTPAnswerStream? {
        connection.begin(HTTPAnswerHead())
    }

    /// Does what was put off to another turn of the event loop.
    func run() {
        channel.embeddedEventLoop.run()
    }

    /// What was sent since the last time.
    func sent() throws -> String {
        var text = ""
        while let piece = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: piece) }
        return text
    }
}
