import NIOCore
import NIOHTTP1

/// Answers whose body comes piece by piece.
extension HTTPConnection {
    /// Writes the head of the answer to the request in hand.
    ///
    /// - Returns: where the pieces go; nil where none is wanted, because the client has gone or only asked for the head.
    func begin(_ head: HTTPAnswerHead) -> HTTPAnswerStream? {
        guard case .answer(var form) = phase, let context, let exchange else { return nil }
        form.canStay = !isLast(form)
        var headers = head.headers
        if !form.canStay { headers.add(name: "Connection", value: "close") }
        let version = form.canBeChunked ? HTTPVersion.http1_1 : .http1_0
        context.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponseHead(version: version, status: head.status, headers: headers))),
            promise: nil)
        guard form.hasBody else {
            // Not even the end of chunks: that would be a body.
            answered(form, context: context)
            return nil
        }
        let stream = HTTPAnswerStream(exchange, limit: limits.unsentBytes)
        phase = .stream(stream, form)
        return stream
    }

    /// Writes a piece, and asks the stream for its next step once the kernel has taken it.
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

    /// The body is whole.
    func finish(_ stream: HTTPAnswerStream) {
        guard case .stream(_, let form) = phase, let context else { return }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        answered(form, context: context)
    }

    private func answered(_ form: AnswerForm, context: ChannelHandlerContext) {
        if isLast(form) { closeAfterLastAnswer(context: context) } else { awaitNextRequest(context: context) }
    }
}
