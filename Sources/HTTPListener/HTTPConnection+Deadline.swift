import NIOCore
import NIOHTTP1

/// The deadline of a connection, with one timer. Moving the deadline to a later time doesn't touch the timer, which is
/// rescheduled when it fires.
extension HTTPConnection {
    /// Starts the time limit of a request after its first bytes have arrived, but not its last.
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
        // A strong reference, because a weak one would make every use of the connection slower. The end of the
        // connection cancels the timer.
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
