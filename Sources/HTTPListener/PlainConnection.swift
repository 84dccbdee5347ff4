package import NIOCore

/// Answers a connection that sends nothing and expects bytes and the end of file.
package protocol PlainResponder: Sendable {
    /// Called on the event loop, once for each connection: must not block. `answer` must be called once, now or later,
    /// from any thread; nil closes the connection without a byte.
    ///
    /// Returns a function to call when the client hangs up; nil if it has already been answered.
    func respond(_ answer: @escaping @Sendable (ByteBuffer?) -> Void) -> (@Sendable () -> Void)?
}

/// Sends the answer of a `PlainResponder`, and closes the connection.
final class PlainConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let responder: any PlainResponder

    init(_ responder: any PlainResponder) {
        self.responder = responder
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        let hangUp = responder.respond { bytes in
            guard let bytes else { return channel.close(promise: nil) }
            channel.writeAndFlush(bytes).whenComplete { _ in channel.close(promise: nil) }
        }
        if let hangUp { channel.closeFuture.whenComplete { _ in hangUp() } }
        context.fireChannelActive()
    }
}
