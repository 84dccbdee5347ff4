import NIOCore

/// The first handler of a connection, next to the socket, with a short way for what nearly all readers do.
///
/// A client that keeps its connection usually sends the same request again, byte for byte. Such a request isn't parsed
/// again: it goes straight to the connection, past the decoder. A rendered answer is sent from here, past the encoder.
final class HTTPWire: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// The size in bytes of the longest request that is kept, so that a connection needs little memory.
    private static let limit = 1024
    private static let endOfHead = [UInt8]("\r\n\r\n".utf8)

    private let connection: HTTPConnection
    private var context: ChannelHandlerContext?
    private var known: (bytes: ByteBuffer, request: RepeatedRequest)?
    /// Whether the decoder holds no part of a request.
    private var isBetweenRequests = true

    init(_ connection: HTTPConnection) {
        self.connection = connection
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        connection.wire = self
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        connection.wire = nil
        known = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        if isBetweenRequests, let known, known.bytes == bytes, connection.take(known.request) { return }
        let wasBetweenRequests = isBetweenRequests
        connection.parsed = .nothing
        context.fireChannelRead(data)
        // Behind the end of a request, only the start of a next one could follow, and that doesn't end like this.
        isBetweenRequests =
            connection.parsed.endsRequest && bytes.readableBytesView.suffix(4).elementsEqual(Self.endOfHead)
        guard wasBetweenRequests, isBetweenRequests, bytes.readableBytes <= Self.limit else { return }
        if case .request(let head) = connection.parsed {
            // A copy, because the buffer of a read is larger and is used again.
            known = (ByteBuffer(bytes: bytes.readableBytesView), RepeatedRequest(HTTPRequest(head: head, body: nil)))
        }
    }

    /// Sends bytes past the encoder.
    func send(_ bytes: ByteBuffer) {
        context?.writeAndFlush(NIOAny(bytes), promise: nil)
    }
}
