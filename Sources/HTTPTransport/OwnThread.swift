import CLinux

/// A thread for work that blocks for as long as its owner lives. Dispatch has 255 threads for a whole process, and expects
/// their work to end.
enum OwnThread {
    private final class Work: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread that ends after `run`.
    ///
    /// - Returns: False where the system has no further thread. Then `run` isn't called.
    static func start(_ run: @escaping @Sendable () -> Void) -> Bool {
        let work = unsafe Unmanaged.passRetained(Work(run))
        let code = unsafe shim_start_thread(
            { work in
                guard let work = unsafe work else { return }
                unsafe Unmanaged<Work>.fromOpaque(work).takeRetainedValue().run()
            }, work.toOpaque())
        if code != 0 { unsafe work.release() }
        return code == 0
    }
}
