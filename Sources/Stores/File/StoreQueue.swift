import Dispatch

/// The queue of a store's blocking calls, which can run tasks too: what such a task asks of the store is done at once,
/// without a change of threads.
final class StoreQueue: TaskExecutor {
    private static let current = DispatchSpecificKey<ObjectIdentifier>()
    private let queue = DispatchQueue(label: "valetkey.store")

    init() {
        queue.setSpecific(key: Self.current, value: ObjectIdentifier(self))
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }

    func perform<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async -> Result<Value, any Error> {
        if DispatchQueue.getSpecific(key: Self.current) == ObjectIdentifier(self) {
            let result = Result { try work() }
            // What others have asked for in the meantime has its turn before this task goes on.
            await withCheckedContinuation { turn in queue.async { turn.resume() } }
            return result
        }
        return await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result { try work() }) }
        }
    }
}
