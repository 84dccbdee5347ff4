import NIOCore

/// Stops accepting connections while there is no room for more: for a moment when the process is out of descriptors,
/// and until one closes when the budget is used up.
///
/// NIO's own `AcceptBackoffHandler` only delays the next read and leaves the socket registered, so that the event loop
/// would try to accept without a pause.
final class AcceptPause: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private static let pause = TimeAmount.milliseconds(50)
    private let budget: ConnectionBudget?
    private var isPausing = false
    private var isOverBudget = false

    init(_ budget: ConnectionBudget? = nil) {
        self.budget = budget
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if let budget { take(unwrapInboundIn(data), budget, context: context) }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if error is IOError, !isPausing { pause(context.channel, on: context.eventLoop) }
        context.fireErrorCaught(error)
    }

    private func take(_ child: any Channel, _ budget: ConnectionBudget, context: ChannelHandlerContext) {
        budget.take()
        child.closeFuture.whenComplete { _ in budget.giveBack() }
        let channel = context.channel
        let handler = NIOLoopBound(self, eventLoop: context.eventLoop)
        isOverBudget = budget.mustWait {
            channel.eventLoop.execute {
                handler.value.isOverBudget = false
                handler.value.setReading(channel)
            }
        }
        if isOverBudget { setReading(channel) }
    }

    private func pause(_ channel: any Channel, on eventLoop: any EventLoop) {
        isPausing = true
        setReading(channel)
        eventLoop.assumeIsolated().scheduleTask(in: Self.pause) { [weak self] in
            self?.isPausing = false
            self?.setReading(channel)
        }
    }

    private func setReading(_ channel: any Channel) {
        try? channel.syncOptions?.setOption(.autoRead, value: !isPausing && !isOverBudget)
    }
}
