import Dispatch

/// Runs all tasks of the daemon on one thread.
///
/// They only hand work on: what blocks has threads of its own, and tokens are read on the event loop. The shared pool
/// would bring a thread a core, and a timer that looks at them each second, forever.
package final class OneThread: TaskExecutor {
    private let queue = DispatchQueue(label: "valetkey.tasks")

    package init() {}

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
