package import NIOCore
package import NIOHTTP1

/// Answers the requests of a listener, or of one of its connections.
package protocol HTTPResponder: Sendable {
    /// Handles a complete request. Called on the event loop, for one request at a time on each connection: must not
    /// block. `exchange.answer` must be called once, now or later, from any thread.
    func respond(to request: HTTPRequest, _ exchange: HTTPExchange)

    /// Reads a request without a body once, so that it can be answered again and again: the function that is returned
    /// answers it as `respond` does, and each time anew. The same connection calls it for each request of the same bytes.
    func prepare(_ request: HTTPRequest) -> Handling

    /// The answer to bytes that aren't a valid request, with the status 400, 408, 413 or 431, and to a connection that
    /// there is no room for, with 503.
    func refuse(_ status: HTTPResponseStatus) -> HTTPAnswer

    /// Answers a request that is known. Called as `respond` is.
    typealias Handling = @Sendable (HTTPExchange) -> Void
}

extension HTTPResponder {
    package func prepare(_ request: HTTPRequest) -> Handling {
        { respond(to: request, $0) }
    }
}

/// A request that is being handled on its connection, and to which the answer is sent.
package struct HTTPExchange: Sendable {
    package let channel: any Channel
    let connection: NIOLoopBound<HTTPConnection>

    /// Sends the answer, or drops it where the client has disconnected.
    package func answer(_ answer: HTTPAnswer) {
        if channel.eventLoop.inEventLoop {
            connection.value.answer(answer)
        } else {
            channel.eventLoop.execute { connection.value.answer(answer) }
        }
    }

    /// As for any answer, for one that many exchanges share.
    package func answer(_ rendered: RenderedAnswer) {
        if channel.eventLoop.inEventLoop {
            connection.value.answer(rendered)
        } else {
            channel.eventLoop.execute { connection.value.answer(rendered) }
        }
    }

    /// Sends an answer with a streamed body, and returns once it is sent. `produce` is cancelled where the client
    /// disconnects or the listener closes, and isn't called where no body is wanted. Where it throws, the body remains
    /// incomplete and the connection is closed.
    package func answer(
        _ head: HTTPAnswerHead, body produce: @escaping @Sendable (HTTPAnswerStream) async throws -> Void
    ) async {
        let stream = try? await channel.eventLoop.submit { connection.value.begin(head) }.get()
        await stream?.run(produce)
    }

    /// Calls `action` once the client has disconnected, or at once where it has already. Over TCP, a client that has
    /// disconnected can't be told from one that has only closed its side, until something is written to it. Only on the
    /// event loop.
    package func whenClosed(_ action: @escaping @Sendable () -> Void) {
        channel.closeFuture.whenComplete { _ in action() }
    }
}
