package import HTTPListener

/// Where a handler's answer goes.
package struct RouteReply: Sendable {
    let exchange: HTTPExchange
    let tasks: RouteTasks

    /// Called once, now or later, from any thread.
    package func answer(_ answer: HTTPAnswer) {
        exchange.answer(answer)
    }

    /// Calls `action` once the client is gone; on the event loop only.
    package func whenHungUp(_ action: @escaping @Sendable () -> Void) {
        exchange.whenClosed(action)
    }

    /// Does work in a task of the server's, which ends with it at the latest.
    func inTask(_ work: @escaping @Sendable () async -> Void) {
        tasks.add(work)
    }
}

/// What handlers do in tasks: they add the work, `SocketServer.run` does it.
final class RouteTasks: Sendable {
    typealias Work = @Sendable () async -> Void

    let work: AsyncStream<Work>
    private let queue: AsyncStream<Work>.Continuation

    init() {
        (work, queue) = AsyncStream.makeStream()
    }

    func add(_ work: @escaping Work) {
        queue.yield(work)
    }

    /// No more work comes.
    func finish() {
        queue.finish()
    }
}
