import Dispatch
import Synchronization

/// Blocking work with a time limit: a look at a dead network file system may never return. Work that hangs keeps its
/// thread until the process ends.
///
/// Each piece of work has a queue of its own: the global queues have no more threads than there are processors, and work
/// that hangs there would keep others, and the end of their limits, from running.
enum BoundedWork {
    private static let limits = DispatchQueue(label: "valetkey.doctor.limits")

    static func run<Value: Sendable>(
        within limit: Duration, _ work: @escaping @Sendable () -> Observed<Value>
    ) async -> Observed<Value> {
        await withCheckedContinuation { continuation in
            let race = Race(continuation)
            DispatchQueue(label: "valetkey.doctor.work").async { race.end(work()) }
            let nanoseconds = limit.components.seconds * 1_000_000_000 + limit.components.attoseconds / 1_000_000_000
            limits.asyncAfter(deadline: .now() + .nanoseconds(Int(nanoseconds))) {
                race.end(.unseen("no answer within \(limit.components.seconds) s"))
            }
        }
    }

    /// Only the first end counts.
    private final class Race<Value: Sendable>: Sendable {
        private let waiting: Mutex<CheckedContinuation<Observed<Value>, Never>?>

        init(_ continuation: CheckedContinuation<Observed<Value>, Never>) {
            waiting = Mutex(continuation)
        }

        func end(_ result: Observed<Value>) {
            let continuation = waiting.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            continuation?.resume(returning: result)
        }
    }
}
