import NIOCore
import NIOHTTP1

/// The connection of one client: collects requests, passes them to the responder one at a time, writes the answers, and
/// cuts off clients that send too much or are too slow. It follows NIO's decoder and encoder in the pipeline, and is
/// only used on its event loop.
///
/// ```
/// head ──head──▶ body ──end──▶ answer ──whole answer──▶ head, or closed after the last one
///                                 └──head of a stream──▶ stream ──its end──▶ head, or closed
/// head, body ──refusal──▶ closed        any ──hang-up──▶ closed
/// ```
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// The state of the exchange with the client.
    enum Phase {
        /// The client may send the head of a request, or the rest of one.
        case head
        /// The client is sending the request's body.
        case body(HTTPRequestHead)
        /// The responder has the request and will answer it.
        case answer(AnswerForm)
        /// The responder is streaming its answer.
        case stream(HTTPAnswerStream, AnswerForm)
        /// The connection is about to be closed: further bytes from the client are ignored.
        case closed
    }

    /// What the client may still send.
    enum Input {
        case open
        /// Only the request that has arrived or is on its way, because the listener is closing.
        case lastRequest
        /// Nothing, because the client has closed its side. It may still read.
        case closed
    }

    /// The event that must happen before the deadline.
    enum Awaited {
        case firstByteOfRequest
        case lastByteOfRequest
        /// The kernel accepts a piece of a stream.
        case roomForPiece
        case close
        /// No deadline: the responder may take its time.
        case nothing
    }

    /// A user event that tells the connection to answer what has been sent and then close, because the listener is
    /// closing.
    struct Finish: Sendable {}

    /// How long a closing listener waits for a request that may be on its way.
    private static let lastCall = TimeAmount.milliseconds(100)

    let responder: any HTTPResponder
    let limits: HTTPListenerLimits
    /// Where the listener limits its connections: told when a client is waiting for an answer, and when no longer.
    let connections: OpenConnections?
    var phase = Phase.head
    var input = Input.open
    var body: ByteBuffer?
    /// Parts that arrived before they can be handled (pipelining). At most the parts of one read: reading pauses while
    /// there are any.
    var waiting = CircularBuffer<HTTPServerRequestPart>()
    /// The status that refuses the bytes after the parts in `waiting`, where those bytes weren't a valid request.
    var refusal: HTTPResponseStatus?
    /// Whether a read has delivered a part and hasn't ended yet.
    var isReading = false
    /// Whether the loop that takes parts from `waiting` is running.
    var isTakingUp = false
    var awaited = Awaited.nothing
    var deadline = NIODeadline.distantFuture
    /// When the timer fires, which is never after the deadline.
    var timerDeadline = NIODeadline.distantFuture
    var timer: Scheduled<Void>?
    var context: ChannelHandlerContext?
    var exchange: HTTPExchange?
    /// The handler next to the socket.
    var wire: HTTPWire?
    /// What the decoder has made of the current read.
    var parsed = ParsedRead.nothing

    init(responder: any HTTPResponder, limits: HTTPListenerLimits, connections: OpenConnections? = nil) {
        self.responder = responder
        self.limits = limits
        self.connections = connections
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        exchange = HTTPExchange(channel: context.channel, connection: .init(self, eventLoop: context.eventLoop))
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        exchange = nil
        timer?.cancel()
    }

    func channelActive(context: ChannelHandlerContext) {
        expect(.firstByteOfRequest, within: limits.requestTime, context: context)
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .stream(let stream, _) = phase { stream.clientIsGone() }
        phase = .closed
        timer?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        let part = unwrapInboundIn(data)
        parsed.add(part)
        if waiting.isEmpty, canTake(context: context) { take(part, context: context) } else { waiting.append(part) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        let isWithoutPart = !isReading
        isReading = false
        switch phase {
        case .head where isWithoutPart: requestHasBegun(context: context)
        case .body(let head):
            requestHasBegun(context: context)
            sendContinue(head, context: context)
        case .head, .answer, .stream, .closed: break
        }
        readMore(context: context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if !isTakingUp { takeUpWaiting(context: context) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is Finish: finish(context: context)
        case ChannelEvent.inputClosed: inputClosed(context: context)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The decoder reports an error for each read after the first one; closing then would cut off the refusal.
        if case .closed = phase { return }
        switch error {
        case HTTPParserError.headerOverflow: refuse(.requestHeaderFieldsTooLarge, context: context)
        case is HTTPParserError: refuse(.badRequest, context: context)
        default: context.close(promise: nil)
        }
    }

    private func finish(context: ChannelHandlerContext) {
        if case .open = input { input = .lastRequest }
        switch phase {
        // A request may have arrived already without being read.
        case .head, .body: expect(awaited, within: Self.lastCall, context: context)
        case .stream(let stream, _): stream.stop()
        // The last answer is outstanding, or is being written with the timer running.
        case .answer, .closed: break
        }
    }

    private func inputClosed(context: ChannelHandlerContext) {
        input = .closed
        switch phase {
        case .head where waiting.isEmpty, .body: closeWhenWritten(context: context)
        // Complete requests are still answered; the decoder has refused an incomplete one.
        case .head, .answer, .stream, .closed: break
        }
    }
}
