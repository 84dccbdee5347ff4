import NIOCore
import NIOHTTP1

/// Handling of requests as their parts arrive.
extension HTTPConnection {
    func take(_ part: HTTPServerRequestPart, context: ChannelHandlerContext) {
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
            handle(AnswerForm(to: head), context: context)
            if let exchange { responder.respond(to: request, exchange) }
        default:
            break
        }
    }

    /// Takes a request that was sent again.
    ///
    /// - Returns: False where it isn't its turn yet. Then nothing has been done.
    func take(_ request: RepeatedRequest) -> Bool {
        guard let context, let exchange, case .head = phase, waiting.isEmpty, canTake(context: context) else {
            return false
        }
        isReading = true
        handle(request.plain.form, context: context)
        request.answer(by: responder, exchange)
        return true
    }

    /// Waits for the answer to a complete request, without a deadline.
    private func handle(_ form: AnswerForm, context: ChannelHandlerContext) {
        phase = .answer(form)
        expectNothing()
        connections?.note(context.channel, isWaiting: true)
    }

    /// Handles the parts that arrived while an answer was outstanding.
    func takeUpWaiting(context: ChannelHandlerContext) {
        isTakingUp = true
        defer { isTakingUp = false }
        while canTake(context: context), let part = waiting.popFirst() { take(part, context: context) }
        guard waiting.isEmpty, canTake(context: context) else { return }
        if let refusal { return refuse(refusal, context: context) }
        if !isReading { readMore(context: context) }
    }

    func readMore(context: ChannelHandlerContext) {
        if waiting.isEmpty, canTake(context: context) { context.read() }
    }

    /// Whether the next part can be handled: no answer is outstanding, and the client reads the answers that it got.
    func canTake(context: ChannelHandlerContext) -> Bool {
        switch phase {
        case .head: context.channel.isWritable
        case .body, .closed: true
        case .answer, .stream: false
        }
    }

    /// Refuses bytes that aren't a valid request, once the requests before them are answered.
    func refuse(_ status: HTTPResponseStatus, context: ChannelHandlerContext) {
        switch phase {
        case .answer, .stream: refusal = status
        case .head where !waiting.isEmpty: refusal = status
        case .head: write(responder.refuse(status), isLast: true, hasBody: true, context: context)
        case .body(let head):
            body = nil
            write(responder.refuse(status), isLast: true, hasBody: head.method != .HEAD, context: context)
        case .closed: break
        }
    }

    /// Tells a client that waits with its body to send it (RFC 9110 section 10.1.1).
    func sendContinue(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        guard body == nil, head.version.minor > 0, head.headers.contains(name: "expect") else { return }
        var head = head
        head.headers.remove(name: "expect")
        phase = .body(head)
        context.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
    }
}
