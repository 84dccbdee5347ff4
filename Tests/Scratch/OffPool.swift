import Dispatch

/// Does work that blocks on a thread of its own: on the cooperative pool it could hold the very thread that the other
/// end of its connection needs.
package func offPool<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    let result = await withCheckedContinuation { continuation in
        DispatchQueue(label: "valetkey.test").async { continuation.resume(returning: Result { try work() }) }
    }
    return try result.get()
}

/// Gives each job of a task a thread of its own, so that tests which keep the cooperative pool busy don't hold it up.
package final class OwnThreads: TaskExecutor {
    package static let shared = OwnThreads()

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        DispatchQueue(label: "valetkey.test").async { [self] in
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
