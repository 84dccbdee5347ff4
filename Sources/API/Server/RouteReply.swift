package import HTTPListener

/// Where a handler sends its answer.
package struct RouteReply: Sendable {
    let exchange: HTTPExchange
    let tasks: RouteTasks

    /// Sends the answer. Called once, now or later, from any thread.
    package func answer(_ answer: HTTPAnswer) {
        exchange.answer(answer)
    }

    /// Calls `action` once the client has disconnected. Only on the event loop.
    package func whenHungUp(_ action: @escaping @Sendable () -> Void) {
        exchange.whenClosed(action)
    }

    /// Runs work in a task of the server, which is cancelled when the server ends.
    func inTask(_ work: @escaping @Sendable () async -> Void) {
        tasks.add(work)
    }
}

/// The work that handlers want done in tasks: they add it, and `SocketServer.run` performs it.
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

    /// Ends the stream of work.
    func finish() {
        queue.finish()
    }
}
