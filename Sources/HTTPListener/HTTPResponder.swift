package import NIOCore
package import NIOHTTP1

/// What answers the requests of a listener, or of one of its connections.
package protocol HTTPResponder: Sendable {
    /// Called on the event loop for each whole request, one at a time a connection: must not block.
    /// `exchange.answer` is called once, now or later, from any thread.
    func respond(to request: HTTPRequest, _ exchange: HTTPExchange)

    /// The answer to bytes that are no request of ours: 400, 408, 413 or 431.
    func refuse(_ status: HTTPResponseStatus) -> HTTPAnswer
}

/// The place of one request on its connection: where its answer goes.
package struct HTTPExchange: Sendable {
    package let channel: any Channel
    let connection: NIOLoopBound<HTTPConnection>

    /// Sends the answer; where the client has hung up, drops it.
    package func answer(_ answer: HTTPAnswer) {
        if channel.eventLoop.inEventLoop {
            connection.value.answer(answer)
        } else {
            channel.eventLoop.execute { connection.value.answer(answer) }
        }
    }

    /// Sends an answer whose body comes piece by piece, and returns once it has. `produce` is cancelled where the client
    /// goes or the listener closes, and not called where no body is wanted. Where it throws, the body stays without its
    /// end and the connection is closed.
    package func answer(
        _ head: HTTPAnswerHead, body produce: @escaping @Sendable (HTTPAnswerStream) async throws -> Void
    ) async {
        let stream = try? await channel.eventLoop.submit { connection.value.begin(head) }.get()
        await stream?.run(produce)
    }

    /// Calls `action` once the client is gone, at once where it is gone already. Over TCP one that hangs up looks like
    /// one that only sends no more, until it is written to. For the event loop only.
    package func whenClosed(_ action: @escaping @Sendable () -> Void) {
        channel.closeFuture.whenComplete { _ in action() }
    }
}
