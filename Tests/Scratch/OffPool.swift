import Dispatch

/// Runs blocking work on a thread of its own: on the cooperative pool it could block the thread that the other end of
/// its connection needs.
package func offPool<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    let result = await withCheckedContinuation { continuation in
        DispatchQueue(label: "valetkey.test").async { continuation.resume(returning: Result { try work() }) }
    }
    return try result.get()
}

/// Runs each job of a task on a thread of its own, so that it doesn't wait for tests that occupy the cooperative pool.
package final class OwnThreads: TaskExecutor {
    package static let shared = OwnThreads()

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        DispatchQueue(label: "valetkey.test").async { [self] in
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
