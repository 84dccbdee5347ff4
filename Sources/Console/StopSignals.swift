import Glibc
import Synchronization

/// Makes SIGINT, SIGTERM and SIGHUP readable instead of letting them end the process. It works whichever thread gets the
/// signal.
package struct StopSignals {
    /// Becomes readable at a signal and stays so until `take`; -1 where no pipe could be made, and signals still end the
    /// process.
    package let descriptor: CInt
    private var before: [(CInt, sigaction)] = []

    /// The write end of the pipe, which the signal handler uses; -1 while nobody watches.
    private static let writer = Atomic<CInt>(-1)

    package static func watch() -> StopSignals {
        var ends: [CInt] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return StopSignals(descriptor: -1) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        writer.store(ends[1], ordering: .relaxed)
        var signals = StopSignals(descriptor: ends[0])
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            var (mine, other) = (sigaction(), sigaction())
            unsafe mine.__sigaction_handler.sa_handler = { number in
                let before = errno
                var octet = UInt8(truncatingIfNeeded: number)
                _ = unsafe write(StopSignals.writer.load(ordering: .relaxed), &octet, 1)
                errno = before
            }
            guard unsafe sigaction(signal, &mine, &other) == 0 else { continue }
            signals.before.append((signal, other))
        }
        return signals
    }

    /// The number of the first signal that came and wasn't taken before. Waits for one.
    package func take() -> CInt {
        var octet = UInt8(SIGINT)
        while unsafe read(descriptor, &octet, 1) < 0, errno == EINTR {}
        return CInt(octet)
    }

    /// Gives the signals back what they did before.
    package func end() {
        for (signal, action) in before {
            var action = action
            _ = unsafe sigaction(signal, &action, nil)
        }
        let writer = Self.writer.exchange(-1, ordering: .relaxed)
        for descriptor in [descriptor, writer] where descriptor >= 0 { close(descriptor) }
    }
}
