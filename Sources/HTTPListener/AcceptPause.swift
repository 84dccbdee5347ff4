import NIOCore

/// Stops accepting connections for a moment when the process is out of descriptors.
///
/// NIO's own `AcceptBackoffHandler` only delays the next read and leaves the socket registered, so that the event loop
/// would try to accept without a pause.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(50)
    private var isPausing = false

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError, !isPausing { pause(context.channel, on: context.eventLoop) }
        context.fireErrorCaught(error)
    }

    private func pause(_ channel: any Channel, on eventLoop: any EventLoop) {
        isPausing = true
        try? channel.syncOptions?.setOption(.autoRead, value: false)
        eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { [weak self] in
            self?.isPausing = false
            try? channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }
}
