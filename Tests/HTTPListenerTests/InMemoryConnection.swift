import NIOCore
import NIOEmbedded
import NIOHTTP1

@testable import HTTPListener

/// A connection without a socket, in a time that the test advances.
struct InMemoryConnection {
    let responder = TestResponder()
    private let channel = EmbeddedChannel()
    private let connection: HTTPConnection

    /// `first` is shared with the other connections of a listener.
    init(limits: HTTPListenerLimits = .test, first: FirstRequest? = nil) throws {
        connection = HTTPConnection(responder: responder, limits: limits)
        try channel.pipeline.syncOperations.addHandlers(HTTPListener.handlers(connection, first: first))
        channel.connect(to: try SocketAddress(ipAddress: "127.0.0.1", port: 1), promise: nil)
    }

    var isOpen: Bool { channel.isActive }

    /// Whether a request has been parsed.
    var hasParsed: Bool { (try? channel.pipeline.syncOperations.handler(type: HTTPResponseEncoder.self)) != nil }

    /// Delivers these bytes as one read.
    func receive(_ text: String) {
        if text.isEmpty { return }
        channel.pipeline.fireChannelRead(ByteBuffer(string: text))
        channel.pipeline.fireChannelReadComplete()
        channel.embeddedEventLoop.run()
    }

    /// Closes the client's sending side.
    func closeInput() {
        channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    /// Tells the connection that its listener is closing.
    func finish() {
        channel.pipeline.fireUserInboundEventTriggered(HTTPConnection.Finish())
    }

    func pass(_ time: TimeAmount) {
        channel.embeddedEventLoop.advanceTime(by: time)
    }

    /// Begins a streamed answer to the current request.
    func begin() -> HTTPAnswerStream? {
        connection.begin(HTTPAnswerHead())
    }

    /// Runs the work that was deferred to later turns of the event loop.
    func run() {
        channel.embeddedEventLoop.run()
    }

    /// Returns what was sent since the last call.
    func sent() throws -> String {
        var text = ""
        while let piece = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: piece) }
        return text
    }
}
