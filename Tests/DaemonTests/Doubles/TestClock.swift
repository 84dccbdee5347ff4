import FoundationEssentials
import Grants
import Synchronization

/// A clock that stands still until a test moves it, and lets the test wait for tasks that sleep on it.
final class TestClock: Clock {
    struct Instant: InstantProtocol {
        var offset: Duration

        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct Sleeper {
        var until: Duration
        var wake: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var now = Duration.zero
        var lastID = 0
        var sleepers: [Int: Sleeper] = [:]
        var watchers: [(until: Duration, tell: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())
    static let start = Date(timeIntervalSince1970: 1_900_000_000)

    var now: Instant { Instant(offset: state.withLock { $0.now }) }
    var minimumResolution: Duration { .nanoseconds(1) }
    var wall: Date { Self.start + state.withLock { $0.now }.timeInterval }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                let told = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                    guard deadline.offset > state.now, !Task.isCancelled else {
                        continuation.resume(with: Task.isCancelled ? .failure(CancellationError()) : .success(()))
                        return []
                    }
                    state.sleepers[id] = Sleeper(until: deadline.offset, wake: continuation)
                    return Self.takeWatchers(&state)
                }
                for watcher in told { watcher.resume() }
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
            sleeper?.wake.resume(throwing: CancellationError())
        }
    }

    /// Waits until a task sleeps for exactly this duration from now.
    func awaitSleeper(for duration: Duration) async {
        await withCheckedContinuation { continuation in
            let told = state.withLock { state in
                state.watchers.append((state.now + duration, continuation))
                return Self.takeWatchers(&state)
            }
            for watcher in told { watcher.resume() }
        }
    }

    /// Advances the time without waking any sleeper, as on a machine that has been asleep until now.
    func sleepThrough(_ duration: Duration) {
        state.withLock { $0.now += duration }
    }

    func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now += duration
            let due = state.sleepers.filter { $0.value.until <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due
        }
        for sleeper in due.values { sleeper.wake.resume() }
    }

    private static func takeWatchers(_ state: inout State) -> [CheckedContinuation<Void, Never>] {
        let served = state.watchers.filter { watcher in state.sleepers.values.contains { $0.until == watcher.until } }
        state.watchers.removeAll { watcher in state.sleepers.values.contains { $0.until == watcher.until } }
        return served.map(\.tell)
    }
}
