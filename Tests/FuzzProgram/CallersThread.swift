import Synchronization

/// Runs asynchronous code to its end on the calling thread, because libFuzzer only watches that one.
final class CallersThread: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// Runs work that waits for nothing outside itself.
    func run(_ work: @escaping @Sendable () async -> Void) {
        Task(executorPreference: self) { await work() }
        while let job = jobs.withLock({ $0.popLast() }) {
            unsafe job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}
