import NIOCore
import NIOHTTP1

/// Answers with a streamed body.
extension HTTPConnection {
    /// Writes the head of the answer to the current request.
    ///
    /// - Returns: The stream to send the body to; nil where the client has disconnected or only asked for the head.
    func begin(_ head: HTTPAnswerHead) -> HTTPAnswerStream? {
        guard case .answer(var form) = phase, let context, let exchange else { return nil }
        wire?.addCodec()
        form.canStay = !isLast(form)
        var headers = head.headers
        if !form.canStay { headers.add(name: "Connection", value: "close") }
        let version = form.canBeChunked ? HTTPVersion.http1_1 : .http1_0
        context.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponseHead(version: version, status: head.status, headers: headers))),
            promise: nil)
        guard form.hasBody else {
            // Not even an end of chunks may follow: it would be a body.
            answered(form, context: context)
            return nil
        }
        let stream = HTTPAnswerStream(exchange, limit: limits.unsentBytes)
        phase = .stream(stream, form)
        return stream
    }

    /// Writes a piece. Once the kernel has accepted it, the stream takes its next step.
    func write(_ piece: ByteBuffer, of stream: HTTPAnswerStream) {
        guard case .stream = phase, let context else { return }
        expect(.roomForPiece, within: limits.idleTime, context: context)
        let taken = context.eventLoop.makePromise(of: Void.self)
        taken.futureResult.assumeIsolated().whenSuccess { [self] in
            expectNothing()
            stream.advance()
        }
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(piece))), promise: taken)
    }

    /// Ends the body, which is complete.
    func finish(_ stream: HTTPAnswerStream) {
        guard case .stream(_, let form) = phase, let context else { return }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        answered(form, context: context)
    }

    private func answered(_ form: AnswerForm, context: ChannelHandlerContext) {
        if isLast(form) { closeAfterLastAnswer(context: context) } else { awaitNextRequest(context: context) }
    }
}
