import NIOCore
import NIOHTTP1

/// The first handler of a connection, next to the socket, with a short way for what nearly all readers do.
///
/// A client usually sends the same request again, byte for byte, on its connection or on a new one. Such a request isn't
/// parsed again: it goes straight to the connection. A rendered answer is sent from here. NIO's decoder and encoder come
/// between this handler and the connection when they are needed.
final class HTTPWire: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// The size in bytes of the longest request that is kept, so that a connection needs little memory.
    private static let limit = 1024
    private static let endOfHead = [UInt8]("\r\n\r\n".utf8)

    private let connection: HTTPConnection
    private let first: FirstRequest?
    private var context: ChannelHandlerContext?
    private var known: RepeatedRequest?
    /// Whether the decoder holds no part of a request.
    private var isBetweenRequests = true
    private var hasCodec = false

    /// `first` is shared with the other connections of a listener whose clients send nothing that must not be kept.
    init(_ connection: HTTPConnection, first: FirstRequest? = nil) {
        self.connection = connection
        self.first = first
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
        if isBetweenRequests, let repeated = repeated(bytes), connection.take(repeated) { return }
        let wasBetweenRequests = isBetweenRequests
        addCodec()
        connection.parsed = .nothing
        context.fireChannelRead(data)
        // Behind the end of a request, only the start of a next one could follow, and that doesn't end like this.
        isBetweenRequests =
            connection.parsed.endsRequest && bytes.readableBytesView.suffix(4).elementsEqual(Self.endOfHead)
        guard wasBetweenRequests, isBetweenRequests, bytes.readableBytes <= Self.limit else { return }
        if case .request(let head) = connection.parsed {
            // A copy, because the buffer of a read is larger and is used again.
            let plain = PlainRequest(head, bytes: ByteBuffer(bytes: bytes.readableBytesView))
            if known == nil { first?.note(plain) }
            known = RepeatedRequest(plain)
        }
    }

    private func repeated(_ bytes: ByteBuffer) -> RepeatedRequest? {
        if let known { return known.plain.bytes == bytes ? known : nil }
        guard let plain = first?.request(of: bytes) else { return nil }
        known = RepeatedRequest(plain)
        return known
    }

    /// Lets parts of requests and answers through, which a repeated request and a rendered answer don't need.
    func addCodec() {
        guard !hasCodec, let context else { return }
        hasCodec = true
        let limits = connection.limits
        var parser = NIOHTTPDecoderLimitConfiguration()
        parser.maxHeaderFieldSize = limits.headBytes
        parser.maxHeaderListSize = limits.headBytes
        parser.maxHeaderFieldCount = 100
        let decoder = ByteToMessageHandler(
            HTTPRequestDecoder(limitConfiguration: parser), maximumBufferSize: limits.headBytes + 65536)
        try? context.pipeline.syncOperations.addHandlers([HTTPResponseEncoder(), decoder], position: .after(self))
    }

    /// Sends bytes past the encoder.
    func send(_ bytes: ByteBuffer, promise: EventLoopPromise<Void>? = nil) {
        context?.writeAndFlush(NIOAny(bytes), promise: promise)
    }
}
