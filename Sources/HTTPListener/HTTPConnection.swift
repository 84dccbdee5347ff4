import NIOCore
import NIOHTTP1

/// One client's connection: gathers requests, passes them on one at a time, writes the answers, cuts off what is
/// too long or too slow. Sits behind NIO's decoder and encoder.
final class HTTPConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// What the connection waits for.
    private enum Phase {
        /// The first byte of a request, or the rest of its head.
        case head
        /// The rest of the body.
        case body(HTTPRequestHead, ByteBuffer?)
        /// The responder's answer.
        case answer(keepAlive: Bool, isHead: Bool)
        /// The client to close: nothing that it sends is read any more.
        case closed
    }

    /// A user event: the listener is closing, take no further request.
    struct Finish: Sendable {}

    private let responder: any HTTPResponder
    private let limits: HTTPListenerLimits
    private var phase = Phase.head
    /// Parts that came while an answer was outstanding (pipelining). One read's worth at most: `read` is held back.
    private var waiting = CircularBuffer<HTTPServerRequestPart>()
    private var deadline = NIODeadline.now()
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?
    private var exchange: HTTPExchange?

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
        expect(within: limits.requestTime)
        schedule(context: context)
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
        phase = .closed
        timer?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if case .answer = phase { return waiting.append(part) }
        take(part, context: context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        readMore(context: context)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is Finish else { return context.fireUserInboundEventTriggered(event) }
        switch phase {
        case .answer(_, let isHead): phase = .answer(keepAlive: false, isHead: isHead)
        case .head, .body, .closed: context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow: refuse(.requestHeaderFieldsTooLarge, context: context)
        case is HTTPParserError: refuse(.badRequest, context: context)
        default: context.close(promise: nil)
        }
    }

    private func take(_ part: HTTPServerRequestPart, context: ChannelHandlerContext) {
        switch (phase, part) {
        case (.head, .head(let head)):
            if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > limits.bodyBytes {
                return refuse(.payloadTooLarge, context: context)
            }
            phase = .body(head, nil)
        case (.body(let head, let gathered), .body(let more)):
            var body = gathered ?? ByteBuffer()
            guard body.readableBytes + more.readableBytes <= limits.bodyBytes else {
                return refuse(.payloadTooLarge, context: context)
            }
            body.writeImmutableBuffer(more)
            phase = .body(head, body)
        case (.body(let head, let body), .end):
            phase = .answer(keepAlive: head.isKeepAlive, isHead: head.method == .HEAD)
            deadline = .distantFuture
            if let exchange { responder.respond(to: HTTPRequest(head: head, body: body), exchange) }
        default:
            break
        }
    }

    /// Writes the answer to the request in hand, then takes up the next one that has arrived.
    func answer(_ answer: HTTPAnswer) {
        guard case .answer(let keepAlive, let isHead) = phase, let context else { return }
        write(answer, keepAlive: keepAlive, isHead: isHead, context: context)
        guard keepAlive else { return }
        phase = .head
        expect(within: limits.idleTime)
        while let part = waiting.popFirst() {
            take(part, context: context)
            if case .answer = phase { return }
        }
        readMore(context: context)
    }

    private func refuse(_ status: HTTPResponseStatus, context: ChannelHandlerContext) {
        if case .closed = phase { return }
        // An answer is outstanding: it can no longer be told apart from a refusal, so the connection just ends.
        if case .answer = phase {
            phase = .closed
            return context.close(promise: nil)
        }
        write(responder.refuse(status), keepAlive: false, isHead: false, context: context)
    }

    private func write(_ answer: HTTPAnswer, keepAlive: Bool, isHead: Bool, context: ChannelHandlerContext) {
        var headers = answer.headers
        headers.add(name: "Content-Length", value: String(answer.body.readableBytes))
        if !keepAlive { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !isHead, answer.body.readableBytes > 0 {
            context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        guard !keepAlive else { return }
        phase = .closed
        // What the client still sends is read and dropped for a moment: closing on unread bytes would reset the
        // connection before the client has seen the answer.
        context.channel.close(mode: .output, promise: nil)
        expect(within: .seconds(2))
        schedule(context: context)
        readMore(context: context)
    }

    private func readMore(context: ChannelHandlerContext) {
        if case .answer = phase { return }
        context.read()
    }

    private func expect(within time: TimeAmount) {
        deadline = .now() + time
    }

    /// One timer a connection: it looks at the deadline when it fires and goes on where that has moved.
    private func schedule(context: ChannelHandlerContext) {
        timer?.cancel()
        let wait = deadline == .distantFuture ? limits.requestTime : deadline - .now()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: wait) { [weak self] in
            guard let self, let context = self.context else { return }
            guard self.deadline <= .now() else { return self.schedule(context: context) }
            switch self.phase {
            case .body: self.refuse(.requestTimeout, context: context)
            case .head, .answer, .closed: context.close(promise: nil)
            }
        }
    }
}
