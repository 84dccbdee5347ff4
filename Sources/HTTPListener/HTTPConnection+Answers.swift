import NIOCore
import NIOHTTP1

/// What the answer to a request must be like.
struct AnswerForm: Sendable {
    /// Not for HEAD.
    let hasBody: Bool
    /// Whether the connection can carry another request.
    var canStay: Bool
    /// HTTP/1.0 knows no chunks: there the connection's end is that of the body.
    let canBeChunked: Bool

    init(to head: borrowing HTTPRequestHead) {
        hasBody = head.method != .HEAD
        canBeChunked = head.version.minor > 0
        // A client of HTTP/1.0 may wait for the connection's end to know that of the answer; and after the offer of
        // another protocol the decoder reads no further.
        canStay =
            head.isKeepAlive && canBeChunked && head.method != .CONNECT && !head.headers.contains(name: "upgrade")
    }
}

extension HTTPConnection {
    /// Writes the answer to the request in hand, then takes up the next one that has arrived.
    func answer(_ answer: HTTPAnswer) {
        guard case .answer(let form) = phase, let context else { return }
        let isLast = isLast(form)
        write(answer, isLast: isLast, hasBody: form.hasBody, context: context)
        if !isLast { awaitNextRequest(context: context) }
    }

    /// Whether no request will be answered after the one in hand.
    func isLast(_ form: AnswerForm) -> Bool {
        switch input {
        case .open: !form.canStay
        case .lastRequest: true
        case .closed: !form.canStay || (waiting.isEmpty && refusal == nil)
        }
    }

    func awaitNextRequest(context: ChannelHandlerContext) {
        phase = .head
        expect(.firstByteOfRequest, within: limits.idleTime, context: context)
        // Else this is inside its loop: requests that are answered at once don't pile up on the stack.
        if !isTakingUp { takeUpWaiting(context: context) }
    }

    func write(_ answer: HTTPAnswer, isLast: Bool, hasBody: Bool, context: ChannelHandlerContext) {
        var headers = answer.headers
        headers.add(name: "Content-Length", value: String(answer.body.readableBytes))
        if isLast { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if hasBody, answer.body.readableBytes > 0 {
            context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        if isLast { closeAfterLastAnswer(context: context) }
    }

    func closeAfterLastAnswer(context: ChannelHandlerContext) {
        waiting.removeAll()
        expect(.close, within: .seconds(2), context: context)
        if case .closed = input { return closeWhenWritten(context: context) }
        phase = .closed
        // What the client still sends is read and dropped for a moment: closing on unread bytes would reset the
        // connection before the client has seen the answer.
        context.channel.close(mode: .output, promise: nil)
        readMore(context: context)
    }

    /// NIO takes the end of output, where that of input is past, for a close at once: what isn't written yet is lost.
    func closeWhenWritten(context: ChannelHandlerContext) {
        phase = .closed
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        // Writes nothing, and is done when all before it is.
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: written)
    }
}
