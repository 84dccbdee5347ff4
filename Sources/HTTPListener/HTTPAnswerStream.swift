package import NIOCore
import Synchronization

/// The body of an answer, sent piece by piece from any thread.
///
/// `send` never waits: where more than `HTTPListenerLimits.unsentBytes` would pile up, the client is cut off. `write`
/// waits until the client has taken all, so that who calls it makes no more than that. A client that takes nothing for as
/// long as a connection may be idle is cut off too.
package final class HTTPAnswerStream: Sendable {
    /// The client has gone, or was cut off.
    package struct Ended: Error {}

    private struct State {
        var pieces = UnsentPieces()
        /// Those who wait until all is written.
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
    /// Ends where the client goes or the listener closes.
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
    /// - Returns: false where it isn't taken: the client has gone, or is so slow that it is cut off.
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

    /// Sends the pieces of a sequence, and takes each from it only once the client has taken the one before.
    package func write<Pieces: AsyncSequence>(
        contentsOf pieces: Pieces
    ) async throws where Pieces.Element == ByteBuffer {
        for try await piece in pieces { try await write(piece) }
    }

    /// Returns once `produce` has, which is cancelled where the client goes or the listener closes.
    func run(_ produce: @escaping @Sendable (HTTPAnswerStream) async throws -> Void) async {
        await withTaskGroup { group in
            group.addTask { [self] in
                do {
                    try await produce(self)
                    finish()
                } catch {
                    // Without its end the client knows that the body isn't whole.
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

    /// No further piece comes.
    func finish() {
        state.withLock { $0.pieces.finish() }
        advanceSoon()
    }

    /// The listener is closing.
    func stop() {
        stopping.finish()
    }

    /// Nothing can be sent any more.
    func clientIsGone() {
        state.withLock { $0.pieces.breakOff() }
        endWaiting(Ended())
        stop()
    }

    /// Nothing is being written any more. On the event loop only.
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
        // The handler may have been called before the waiter was there.
        if Task.isCancelled { endWaiting(CancellationError()) }
    }

    private func endWaiting(_ error: any Error) {
        let waiters = state.withLock { $0.takeWaiters() }
        for waiter in waiters { waiter.resume(throwing: error) }
    }
}
