/// Sends requests whose replies are read line by line as they arrive.
package protocol LineTransport: HTTPTransport {
    /// Sends one request and returns once the head of its reply is whole. A reply that doesn't say that the request
    /// succeeded is returned when it is whole.
    ///
    /// The call's `timeout` ends with the head: later lines may take as long as they like, up to a day. Its
    /// `replyLimit` is how many octets may have arrived and not been read.
    func open(_ call: HTTPCall) async -> Result<HTTPOpening, TransportFailure>
}

/// The beginning of a reply.
package enum HTTPOpening: Sendable {
    case lines(HTTPLines)
    /// A reply whose status isn't 2xx.
    case reply(HTTPReply)
}

/// The body of a reply as lines, for one reader. The request ends with this object.
package final class HTTPLines: Sendable {
    private let buffer: LineBuffer
    private let cancel: @Sendable () -> Void

    init(_ buffer: LineBuffer, cancel: @escaping @Sendable () -> Void) {
        self.buffer = buffer
        self.cancel = cancel
    }

    deinit {
        cancel()
    }

    /// Waits for the next line, and returns it without its end; nil at the end of a complete reply. Its last line needs
    /// no end.
    ///
    /// - Throws: why there is no further line. `.cancelled` if the task is cancelled.
    package func next() async throws(TransportFailure) -> [UInt8]? {
        await withTaskCancellationHandler {
            await buffer.fill()
        } onCancel: {
            buffer.finish(.cancelled)
            cancel()
        }
        return try buffer.take()
    }
}
