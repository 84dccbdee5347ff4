import NIOCore
import NIOHTTP1

/// One client's connection: gathers requests, passes them on one at a time, writes the answers, cuts off what is
/// too long or too slow. Sits behind NIO's decoder and encoder, and is its event loop's only.
///
/// ```
/// head ──head──▶ body ──end──▶ answer ──whole answer──▶ head, or closed after the last one
///                                 └──head of a stream──▶ stream ──its end──▶ head, or closed
/// head, body ──refusal──▶ closed        any ──hang-up──▶ closed
/// ```
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// What the connection is at.
    enum Phase {
        /// The client may send the head of a request, or the rest of one.
        case head
        /// The client is sending the request's body.
        case body(HTTPRequestHead)
        /// The responder is to answer.
        case answer(AnswerForm)
        /// The responder sends its answer piece by piece.
        case stream(HTTPAnswerStream, AnswerForm)
        /// The client is to close: nothing that it sends is looked at any more.
        case closed
    }

    /// What the client may still send.
    enum Input {
        case open
        /// The request that is here or on its way, because the listener is closing.
        case lastRequest
        /// Nothing: it has closed its side. It may still read.
        case closed
    }

    /// What must happen before the deadline.
    enum Awaited {
        case firstByteOfRequest
        case lastByteOfRequest
        /// The kernel takes a piece of a stream.
        case roomForPiece
        case close
        /// Nothing: the responder may take its time.
        case nothing
    }

    /// A user event: the listener is closing, answer what has been sent and no more.
    struct Finish: Sendable {}

    /// How long the listener's end waits for a request that may be on its way.
    private static let lastCall = TimeAmount.milliseconds(100)

    let responder: any HTTPResponder
    let limits: HTTPListenerLimits
    var phase = Phase.head
    var input = Input.open
    var body: ByteBuffer?
    /// Parts that came before their turn (pipelining). One read's worth at most: `read` is held back meanwhile.
    var waiting = CircularBuffer<HTTPServerRequestPart>()
    /// What became of the bytes behind the parts in `waiting`, where they were no request.
    var refusal: HTTPResponseStatus?
    /// Between the first part of a read and the end of that read.
    var isReading = false
    /// Inside the loop that takes parts from `waiting`.
    var isTakingUp = false
    var awaited = Awaited.nothing
    var deadline = NIODeadline.distantFuture
    /// When the timer fires: at the deadline or before it.
    var timerDeadline = NIODeadline.distantFuture
    var timer: Scheduled<Void>?
    var context: ChannelHandlerContext?
    var exchange: HTTPExchange?

    init(responder: any HTTPResponder, limits: HTTPListenerLimits) {
        self.responder = responder
        self.limits = limits
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
        // The decoder reports each read after its first error; closing then would cut off the refusal.
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
        // Its bytes may be here already, unread.
        case .head, .body: expect(awaited, within: Self.lastCall, context: context)
        case .stream(let stream, _): stream.stop()
        // Its last answer is to come, or on its way with the timer running.
        case .answer, .closed: break
        }
    }

    private func inputClosed(context: ChannelHandlerContext) {
        input = .closed
        switch phase {
        case .head where waiting.isEmpty, .body: closeWhenWritten(context: context)
        // What it has sent has its turn; a request that isn't whole was refused by the decoder.
        case .head, .answer, .stream, .closed: break
        }
    }
}
