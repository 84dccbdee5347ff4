import Dispatch

/// Runs all tasks of the daemon on one thread.
///
/// The tasks only pass work on: blocking calls have threads of their own, and tokens are served on the event loop.
/// Swift's default executor would create one thread for each core, and a timer that checks them every second.
package final class OneThread: TaskExecutor {
    private let queue = DispatchQueue(label: "valetkey.tasks")

    package init() {}

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
