import CLinux
import Dispatch
import Glibc
import Grants
import Synchronization

/// A clock that counts time asleep (CLOCK_BOOTTIME): a sleep whose time runs out while the machine is asleep ends when
/// the machine wakes up.
///
/// All sleeps share one kernel timer, because the timers of Dispatch and of Swift's default executor stand still while
/// the machine is asleep.
final class BootClock: Clock {
    private struct State {
        var sleepers: [ObjectIdentifier: Sleeper] = [:]
        /// What the timer is set to; may belong to a sleep that was cancelled.
        var alarm = Grants.Instant.distantFuture
        /// Created with the first sleep, so that a daemon without sleeps has no thread for them.
        var source: (any DispatchSourceRead)?
    }

    private let timer: CInt
    private let state = Mutex(State())

    /// - Throws: `StartFault` where the kernel can't create a timer.
    init() throws(StartFault) {
        timer = shim_timer(CLOCK_BOOTTIME)
        guard timer >= 0 else { throw .system("timerfd_create", errno) }
    }

    deinit {
        state.withLock { [timer] state in
            if let source = state.source { source.cancel() } else { close(timer) }
        }
    }

    var now: ContinuousClock.Instant { ContinuousClock().now }
    var minimumResolution: Duration { ContinuousClock().minimumResolution }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        let sleeper = Sleeper(until: SystemTimekeeper.bootTime + (deadline - now))
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if sleeper.start(continuation) { add(sleeper) }
            }
        } onCancel: {
            state.withLock { $0.sleepers[ObjectIdentifier(sleeper)] = nil }
            sleeper.end(.failure(CancellationError()))
        }
    }

    private func add(_ sleeper: Sleeper) {
        state.withLock { state in
            state.sleepers[ObjectIdentifier(sleeper)] = sleeper
            if sleeper.until < state.alarm { set(sleeper.until, &state) }
            if state.source == nil { state.source = watch() }
        }
    }

    private func watch() -> sending any DispatchSourceRead {
        let queue = DispatchQueue(label: "valetkey.sleepers")
        let source = DispatchSource.makeReadSource(fileDescriptor: timer, queue: queue)
        source.setCancelHandler { [timer] in close(timer) }
        source.setEventHandler { [weak self] in self?.wakeDue() }
        source.activate()
        return source
    }

    private func wakeDue() {
        var expirations: UInt64 = 0
        _ = unsafe read(timer, &expirations, MemoryLayout<UInt64>.size)
        let now = SystemTimekeeper.bootTime
        let due = state.withLock { state in
            let due = state.sleepers.filter { $0.value.until <= now }
            for sleeper in due.keys { state.sleepers[sleeper] = nil }
            set(state.sleepers.values.map(\.until).min() ?? .distantFuture, &state)
            return Array(due.values)
        }
        for sleeper in due { sleeper.end(.success(())) }
    }

    private func set(_ alarm: Grants.Instant, _ state: inout State) {
        state.alarm = alarm
        _ = shim_set_timer(timer, max(alarm.nanoseconds, 1), 0)
    }
}

/// One sleep. It ends once, by its time or by a cancellation, which may even come before the sleep has begun.
private final class Sleeper: Sendable {
    private enum State {
        case new
        case asleep(CheckedContinuation<Void, any Error>)
        case over
    }

    let until: Grants.Instant
    private let state = Mutex(State.new)

    init(until: Grants.Instant) {
        self.until = until
    }

    /// Returns false where the sleep was cancelled before it began.
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
