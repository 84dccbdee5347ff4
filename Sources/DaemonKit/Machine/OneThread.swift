import Dispatch
import Synchronization

/// Runs all tasks of the daemon on one thread.
///
/// They only hand work on: what blocks has threads of its own, and tokens are read on the event loop. The shared pool
/// would bring a thread a core, and a timer that looks at them each second, for ever.
package final class OneThread: TaskExecutor {
    fileprivate let queue = DispatchQueue(label: "valetkey.tasks")

    package init() {}

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    /// A clock whose sleepers are woken on this thread.
    var clock: OneThreadClock { OneThreadClock(queue: queue) }
}

/// Time asleep counts, as with `ContinuousClock`.
struct OneThreadClock: Clock {
    fileprivate let queue: DispatchQueue

    var now: ContinuousClock.Instant { ContinuousClock().now }
    var minimumResolution: Duration { ContinuousClock().minimumResolution }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        let wait = deadline - now
        let sleeper = Sleeper()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard sleeper.start(continuation) else { return }
                // A cancelled sleep leaves its timer behind: that fires once and finds nobody.
                queue.asyncAfter(deadline: .now() + wait.dispatchInterval) { sleeper.end(.success(())) }
            }
        } onCancel: {
            sleeper.end(.failure(CancellationError()))
        }
    }
}

/// One sleep, ended once: by its time or by a cancellation, which may even come first.
private final class Sleeper: Sendable {
    private enum State {
        case new
        case asleep(CheckedContinuation<Void, any Error>)
        case over
    }

    private let state = Mutex(State.new)

    /// False where the sleep was over before it began.
    func start(_ continuation: CheckedContinuation<Void, any Error>) -> Bool {
        let isOver = state.withLock { state in
            if case .over = state { return true }
            state = .asleep(continuation)
            return false
        }
        if isOver { continuation.resume(throwing: CancellationError()) }
        return !isOver
    }

    func end(_ result: Result<Void, any Error>) {
        let asleep: CheckedContinuation<Void, any Error>? = state.withLock { state in
            defer { state = .over }
            if case .asleep(let continuation) = state { return continuation }
            return nil
        }
        asleep?.resume(with: result)
    }
}

extension Duration {
    /// A year at the most: longer sleeps than that aren't the daemon's.
    fileprivate var dispatchInterval: DispatchTimeInterval {
        .nanoseconds(Int(max(.zero, min(self, .seconds(365 * 86_400))) / .nanoseconds(1)))
    }
}
