import Console
import Glibc

/// Runs a program as a child and stands in for it: passes on what it is sent, and ends as it ended.
enum ChildProgram {
    enum End: Equatable {
        /// With the `errno`.
        case notStarted(CInt)
        case exited(CInt)
        case signalled(CInt)
    }

    /// The signals that are passed on.
    private static let passedOn = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2]

    /// Runs the program to its end. `work` is called again and again: it returns how long to wait for the next call.
    static func run(_ words: [String], meanwhile work: () -> Duration) -> End {
        var signals = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&signals)
        for signal in passedOn + [SIGCHLD] { unsafe sigaddset(&signals, signal) }
        unsafe sigprocmask(SIG_BLOCK, &signals, &before)
        defer { unsafe sigprocmask(SIG_SETMASK, &before, nil) }
        var child = pid_t()
        let failed = unsafe OtherProgram.spawn(words, mask: &before, as: &child)
        guard failed == 0 else { return .notStarted(failed) }
        var next = ContinuousClock.now + work()
        while true {
            if let end = ended(child) { return end }
            let left = max(.zero, next - .now).components
            var limit = timespec(tv_sec: Int(left.seconds), tv_nsec: Int(left.attoseconds / 1_000_000_000))
            var facts = unsafe siginfo_t()
            let signal = unsafe sigtimedwait(&signals, &facts, &limit)
            if signal > 0, signal != SIGCHLD {
                // What the terminal sends, the child has got as well: it is in the same process group.
                if unsafe facts.si_code <= 0 { kill(child, signal) }
            } else if signal < 0, errno == EAGAIN {
                next = ContinuousClock.now + work()
            }
        }
    }

    private static func ended(_ child: pid_t) -> End? {
        var status: CInt = 0
        guard unsafe waitpid(child, &status, WNOHANG) == child else { return nil }
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }

    /// Ends this process by the signal that has ended the child, so that a shell sees the same. Returns the exit code
    /// that stands for the signal, where it doesn't end a process.
    static func endLike(_ signal: CInt) -> CInt {
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        _ = unsafe setrlimit(__rlimit_resource_t(UInt32(RLIMIT_CORE.rawValue)), &none)
        Glibc.signal(signal, SIG_DFL)
        raise(signal)
        return 128 + signal
    }
}
