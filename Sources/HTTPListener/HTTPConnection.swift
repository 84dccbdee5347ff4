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
        case body(HTTPRequestHead)
        /// The responder's answer.
        case answer(keepAlive: Bool, isHead: Bool)
        /// The client to close: nothing that it sends is read any more.
        case closed
    }

    /// A user event: the listener is closing, answer what has been sent and no more.
    struct Finish: Sendable {}

    /// How long the listener's end waits for a request that may be on its way.
    private static let lastCall = TimeAmount.milliseconds(100)

    private let responder: any HTTPResponder
    private let limits: HTTPListenerLimits
    private var phase = Phase.head
    private var body: ByteBuffer?
    /// Parts that came before their turn (pipelining). One read's worth at most: `read` is held back meanwhile.
    private var waiting = CircularBuffer<HTTPServerRequestPart>()
    /// What became of the bytes behind the parts in `waiting`, where they were no request.
    private var refusal: HTTPResponseStatus?
    /// No byte of the next request has been seen.
    private var isIdle = true
    /// Between the first part of a read and the end of that read.
    private var isReading = false
    private var isTakingUp = false
    private var isFinishing = false
    /// The client has sent its last, and may still be reading.
    private var isInputClosed = false
    private var deadline = NIODeadline.distantFuture
    /// When the timer fires: at the deadline or before it.
    private var timerDeadline = NIODeadline.distantFuture
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
        expect(within: limits.requestTime, context: context)
        context.read()
    }

    func channelInactive(context: ChannelHandlerContext) {
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
        case .head where isIdle && isWithoutPart: begin(context: context)
        case .body(let head):
            if isIdle { begin(context: context) }
            sendContinue(head, context: context)
        case .head, .answer, .closed: break
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

    private func finish(context: ChannelHandlerContext) {
        isFinishing = true
        switch phase {
        case .answer(_, let isHead): phase = .answer(keepAlive: false, isHead: isHead)
        // Its bytes may be here already, unread.
        case .head, .body: expect(within: Self.lastCall, context: context)
        // Its last answer is on its way, and the timer is running.
        case .closed: break
        }
    }

    private func inputClosed(context: ChannelHandlerContext) {
        isInputClosed = true
        switch phase {
        case .head where waiting.isEmpty, .body: closeWhenWritten(context: context)
        // What it has sent has its turn; a request that isn't whole was refused by the decoder.
        case .head, .answer, .closed: break
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

    private func take(_ part: HTTPServerRequestPart, context: ChannelHandlerContext) {
        switch (phase, part) {
        case (.head, .head(let head)):
            phase = .body(head)
            if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }), length > limits.bodyBytes {
                refuse(.payloadTooLarge, context: context)
            }
        case (.body, .body(let more)):
            guard (body?.readableBytes ?? 0) + more.readableBytes <= limits.bodyBytes else {
                return refuse(.payloadTooLarge, context: context)
            }
            if body == nil { body = more } else { body?.writeImmutableBuffer(more) }
        case (.body(let head), .end):
            let request = HTTPRequest(head: head, body: body)
            body = nil
            phase = .answer(keepAlive: !isFinishing && Self.canStay(after: head), isHead: head.method == .HEAD)
            deadline = .distantFuture
            if let exchange { responder.respond(to: request, exchange) }
        default:
            break
        }
    }

    /// Whether the connection can carry another request. A client of HTTP/1.0 may wait for its end to know that of
    /// the answer; and after the offer of another protocol the decoder reads no further.
    private static func canStay(after head: HTTPRequestHead) -> Bool {
        head.isKeepAlive && head.version.minor > 0 && head.method != .CONNECT && !head.headers.contains(name: "upgrade")
    }

    /// Writes the answer to the request in hand, then takes up the next one that has arrived.
    func answer(_ answer: HTTPAnswer) {
        guard case .answer(let keepAlive, let isHead) = phase, let context else { return }
        let isLast = isInputClosed && waiting.isEmpty && refusal == nil
        write(answer, keepAlive: keepAlive && !isLast, isHead: isHead, context: context)
        guard keepAlive, !isLast else { return }
        phase = .head
        isIdle = true
        expect(within: limits.idleTime, context: context)
        // Else this is inside the loop below: requests that are answered at once don't pile up on the stack.
        if !isTakingUp { takeUpWaiting(context: context) }
    }

    private func takeUpWaiting(context: ChannelHandlerContext) {
        isTakingUp = true
        defer { isTakingUp = false }
        while canTake(context: context), let part = waiting.popFirst() { take(part, context: context) }
        guard waiting.isEmpty, canTake(context: context) else { return }
        if let refusal { return refuse(refusal, context: context) }
        if !isReading { readMore(context: context) }
    }

    /// Whether the next part has its turn: the client isn't owed an answer, and reads those that it got.
    private func canTake(context: ChannelHandlerContext) -> Bool {
        switch phase {
        case .head: context.channel.isWritable
        case .body, .closed: true
        case .answer: false
        }
    }

    private func refuse(_ status: HTTPResponseStatus, context: ChannelHandlerContext) {
        switch phase {
        case .answer: refusal = status
        case .head where !waiting.isEmpty: refusal = status
        case .head: write(responder.refuse(status), keepAlive: false, isHead: false, context: context)
        case .body(let head):
            body = nil
            write(responder.refuse(status), keepAlive: false, isHead: head.method == .HEAD, context: context)
        case .closed: break
        }
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
        waiting.removeAll()
        expect(within: .seconds(2), context: context)
        if isInputClosed { return closeWhenWritten(context: context) }
        phase = .closed
        // What the client still sends is read and dropped for a moment: closing on unread bytes would reset the
        // connection before the client has seen the answer.
        context.channel.close(mode: .output, promise: nil)
        readMore(context: context)
    }

    /// NIO takes the end of output, where that of input is past, for a close at once: what isn't written yet is lost.
    private func closeWhenWritten(context: ChannelHandlerContext) {
        phase = .closed
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        // Writes nothing, and is done when all before it is.
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }

    /// Tells a client that holds its body back to send it (RFC 9110 section 10.1.1).
    private func sendContinue(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        guard body == nil, head.version.minor > 0, head.headers.contains(name: "expect") else { return }
        var head = head
        head.headers.remove(name: "expect")
        phase = .body(head)
        context.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
    }

    private func readMore(context: ChannelHandlerContext) {
        if waiting.isEmpty, canTake(context: context) { context.read() }
    }

    /// The first bytes of a request are here.
    private func begin(context: ChannelHandlerContext) {
        isIdle = false
        expect(within: limits.requestTime, context: context)
    }

    /// One timer a connection: moving the deadline away costs nothing, the timer finds out when it fires.
    private func expect(within time: TimeAmount, context: ChannelHandlerContext) {
        deadline = .now() + time
        if deadline < timerDeadline { schedule(context: context) }
    }

    private func schedule(context: ChannelHandlerContext) {
        timer?.cancel()
        timerDeadline = deadline
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            self?.timerFired()
        }
    }

    private func timerFired() {
        timerDeadline = .distantFuture
        guard let context, deadline < .distantFuture else { return }
        guard deadline <= .now() else { return schedule(context: context) }
        switch phase {
        case .body: refuse(.requestTimeout, context: context)
        case .head, .answer, .closed: context.close(promise: nil)
        }
    }
}
