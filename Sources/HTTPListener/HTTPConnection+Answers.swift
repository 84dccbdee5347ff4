import NIOCore
import NIOHTTP1

/// What the answer to a request may contain, and whether the connection can stay open after it.
struct AnswerForm: Sendable {
    /// Whether the answer has a body; false for HEAD.
    let hasBody: Bool
    /// Whether the connection can carry another request.
    var canStay: Bool
    /// Whether chunked encoding is possible. HTTP/1.0 has none: there the end of the connection ends the body.
    let canBeChunked: Bool

    init(to head: borrowing HTTPRequestHead) {
        hasBody = head.method != .HEAD
        canBeChunked = head.version.minor > 0
        // A client of HTTP/1.0 may wait for the end of the connection to find the end of the answer. After a request to
        // upgrade to another protocol, the decoder reads no further.
        canStay =
            head.isKeepAlive && canBeChunked && head.method != .CONNECT && !head.headers.contains(name: "upgrade")
    }
}

extension HTTPConnection {
    /// Writes the answer to the current request, then handles the next request that has arrived.
    func answer(_ answer: HTTPAnswer) {
        guard case .answer(let form) = phase, let context else { return }
        let isLast = isLast(form)
        write(answer, isLast: isLast, hasBody: form.hasBody, context: context)
        if !isLast { awaitNextRequest(context: context) }
    }

    /// As for any answer, without rendering it where its bytes can be sent as they are.
    func answer(_ rendered: RenderedAnswer) {
        guard case .answer(let form) = phase, let context else { return }
        guard form.hasBody, !isLast(form) else { return answer(rendered.answer) }
        wire?.send(rendered.bytes)
        awaitNextRequest(context: context)
    }

    /// Whether no further request will be answered on this connection.
    func isLast(_ form: AnswerForm) -> Bool {
        switch input {
        case .open: !form.canStay
        case .lastRequest: true
        case .closed: !form.canStay || (waiting.isEmpty && refusal == nil)
        }
    }

    func awaitNextRequest(context: ChannelHandlerContext) {
        phase = .head
        connections?.note(context.channel, isWaiting: false)
        expect(.firstByteOfRequest, within: limits.idleTime, context: context)
        // Inside the loop that handles waiting parts, a recursive call would let the stack grow with each request.
        if !isTakingUp { takeUpWaiting(context: context) }
    }

    func write(_ answer: HTTPAnswer, isLast: Bool, hasBody: Bool, context: ChannelHandlerContext) {
        wire?.send(answer.render(isLast: isLast, hasBody: hasBody))
        if isLast { closeAfterLastAnswer(context: context) }
    }

    func closeAfterLastAnswer(context: ChannelHandlerContext) {
        waiting.removeAll()
        connections?.note(context.channel, isWaiting: false)
        expect(.close, within: .seconds(2), context: context)
        if case .closed = input { return closeWhenWritten(context: context) }
        phase = .closed
        // For a moment, what the client still sends is read and dropped: closing a socket with unread bytes would reset
        // the connection before the client has received the answer.
        context.channel.close(mode: .output, promise: nil)
        readMore(context: context)
    }

    /// Closes the connection after everything is written. NIO would close it at once, and lose unwritten bytes, where
    /// output is closed after the client has closed its side.
    func closeWhenWritten(context: ChannelHandlerContext) {
        phase = .closed
        if (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) == 0 {
            return context.close(promise: nil)
        }
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        // An empty write, which completes when all writes before it have completed.
        wire?.send(ByteBuffer(), promise: written)
    }
}
