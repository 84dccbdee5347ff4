import NIOCore
import NIOHTTP1

/// The deadline: one timer a connection. Moving the deadline away costs nothing, the timer finds out when it fires.
extension HTTPConnection {
    /// The first bytes of a request are here, and not its last.
    func requestHasBegun(context: ChannelHandlerContext) {
        guard case .firstByteOfRequest = awaited else { return }
        expect(.lastByteOfRequest, within: limits.requestTime, context: context)
    }

    func expect(_ awaited: Awaited, within time: TimeAmount, context: ChannelHandlerContext) {
        self.awaited = awaited
        deadline = context.eventLoop.now + time
        if deadline < timerDeadline { schedule(context: context) }
    }

    func expectNothing() {
        awaited = .nothing
        deadline = .distantFuture
    }

    private func schedule(context: ChannelHandlerContext) {
        timer?.cancel()
        timerDeadline = deadline
        // Not weakly: that would make every use of the connection dearer, and the end of it cancels the timer.
        timer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [self] in timerFired() }
    }

    private func timerFired() {
        timerDeadline = .distantFuture
        guard let context, deadline < .distantFuture else { return }
        guard deadline <= context.eventLoop.now else { return schedule(context: context) }
        switch phase {
        case .body: refuse(.requestTimeout, context: context)
        case .head, .answer, .stream, .closed: context.close(promise: nil)
        }
    }
}
