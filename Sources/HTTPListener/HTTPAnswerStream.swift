package import NIOCore
import Synchronization

/// The body of an answer that is sent in pieces, from any thread.
///
/// `send` never waits: where more than `HTTPListenerLimits.unsentBytes` would be unsent, the client is disconnected.
/// `write` waits until the client has taken everything, so that its caller produces no more than the client takes. A
/// client that takes nothing for the idle time of a connection is disconnected too.
package final class HTTPAnswerStream: Sendable {
    /// The client has disconnected, or was disconnected because it was too slow.
    package struct Ended: Error {}

    private struct State {
        var pieces = UnsentPieces()
        /// The calls of `write` that wait until everything is written.
        var waiters: [CheckedContinuation<Void, any Error>] = []

        mutating func takeWaiters() -> [CheckedContinuation<Void, any Error>] {
            defer { waiters = [] }
            return waiters
        }
    }

    private let state = Mutex(State())
    private let connection: NIOLoopBound<HTTPConnection>
    private let channel: any Channel
    private let limit: Int
    /// Ends when the client disconnects or the listener closes.
    private let stopped: AsyncStream<Never>
    private let stopping: AsyncStream<Never>.Continuation

    init(_ exchange: HTTPExchange, limit: Int) {
        connection = exchange.connection
        channel = exchange.channel
        self.limit = limit
        (stopped, stopping) = AsyncStream.makeStream()
    }

    /// Sends a piece without waiting.
    ///
    /// - Returns: False where the piece isn't accepted, because the client has disconnected or is disconnected now as
    ///   too slow.
    @discardableResult
    package func send(_ piece: ByteBuffer) -> Bool {
        let (wasOpen, isOpen) = state.withLock { state in
            let wasOpen = state.pieces.isOpen
            state.pieces.add(piece, limit: limit)
            return (wasOpen, state.pieces.isOpen)
        }
        if isOpen { advanceSoon() } else if wasOpen { channel.close(promise: nil) }
        return isOpen
    }

    /// Sends a piece and waits until the client has taken it.
    ///
    /// - Throws: `Ended`, or `CancellationError` where the task is cancelled.
    package func write(_ piece: ByteBuffer) async throws {
        state.withLock { $0.pieces.add(piece) }
        advanceSoon()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { wait($0) }
        } onCancel: {
            endWaiting(CancellationError())
        }
    }

    /// Sends the pieces of a sequence. The next piece is only requested once the client has taken the one before.
    package func write<Pieces: AsyncSequence>(
        contentsOf pieces: Pieces
    ) async throws where Pieces.Element == ByteBuffer {
        for try await piece in pieces { try await write(piece) }
    }

    /// Runs `produce` until it returns. It is cancelled where the client disconnects or the listener closes.
    func run(_ produce: @escaping @Sendable (HTTPAnswerStream) async throws -> Void) async {
        await withTaskGroup { group in
            group.addTask { [self] in
                do {
                    try await produce(self)
                    finish()
                } catch {
                    // The missing end tells the client that the body is incomplete.
                    channel.close(promise: nil)
                }
            }
            group.addTask { [stopped] in
                for await _ in stopped {}
            }
            await group.next()
            group.cancelAll()
        }
    }

    /// Ends the body.
    func finish() {
        state.withLock { $0.pieces.finish() }
        advanceSoon()
    }

    /// Cancels the producer, because the listener is closing.
    func stop() {
        stopping.finish()
    }

    /// Ends all calls, because the client has disconnected.
    func clientIsGone() {
        state.withLock { $0.pieces.breakOff() }
        endWaiting(Ended())
        stop()
    }

    /// Takes the next step after a write has ended. Only on the event loop.
    func advance() {
        let (step, waiters) = state.withLock { state -> (UnsentPieces.Step, [CheckedContinuation<Void, any Error>]) in
            let step = state.pieces.nextStep()
            if case .write = step { return (step, []) }
            return (step, state.takeWaiters())
        }
        for waiter in waiters { waiter.resume() }
        switch step {
        case .write(let piece): connection.value.write(piece, of: self)
        case .finish: connection.value.finish(self)
        case .rest: break
        }
    }

    private func advanceSoon() {
        guard state.withLock({ $0.pieces.startAdvancing() }) else { return }
        channel.eventLoop.execute { [self] in advance() }
    }

    private func wait(_ continuation: CheckedContinuation<Void, any Error>) {
        let isOpen = state.withLock { state in
            guard state.pieces.isOpen else { return false }
            if state.pieces.isAdvancing { state.waiters.append(continuation) } else { continuation.resume() }
            return true
        }
        if !isOpen { continuation.resume(throwing: Ended()) }
        // The cancellation handler may have run before the waiter was added.
        if Task.isCancelled { endWaiting(CancellationError()) }
    }

    private func endWaiting(_ error: any Error) {
        let waiters = state.withLock { $0.takeWaiters() }
        for waiter in waiters { waiter.resume(throwing: error) }
    }
}
