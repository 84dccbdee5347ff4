package import NIOCore
package import NIOHTTP1

/// One whole request, head and body, as it came in. Every byte of it is untrusted.
package struct HTTPRequest: Sendable {
    package var head: HTTPRequestHead
    package var body: ByteBuffer?

    package init(head: HTTPRequestHead, body: ByteBuffer?) {
        self.head = head
        self.body = body
    }

    /// The target up to the first `?`.
    package var path: Substring {
        head.uri[..<pathEnd]
    }

    /// The target after the first `?`; empty where there is none.
    package var query: Substring {
        head.uri[pathEnd...].dropFirst()
    }

    private var pathEnd: String.Index {
        head.uri.utf8.firstIndex(of: UInt8(ascii: "?")) ?? head.uri.endIndex
    }
}

/// One whole answer.
package struct HTTPAnswer: Sendable {
    package var status: HTTPResponseStatus
    /// Without `Content-Length` and `Connection`: the connection knows those.
    package var headers: HTTPHeaders
    package var body: ByteBuffer

    package init(status: HTTPResponseStatus, headers: HTTPHeaders = [:], body: ByteBuffer = ByteBuffer()) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package init(status: HTTPResponseStatus, headers: HTTPHeaders = [:], text: String) {
        self.init(status: status, headers: headers, body: ByteBuffer(string: text))
    }
}

/// What answers the requests of a listener.
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

    /// Calls `action` once the client is gone, at once where it is gone already. Over TCP one that hangs up looks like
    /// one that only sends no more, until it is written to. For the event loop alone.
    package func whenClosed(_ action: @escaping @Sendable () -> Void) {
        channel.closeFuture.whenComplete { _ in action() }
    }
}
