import Glibc
import Synchronization

/// Ctrl-C as something to wait for: it makes a descriptor readable instead of ending the program.
struct Interruption {
    /// Readable from Ctrl-C on until `acknowledge`.
    let descriptor: CInt

    /// The end of the pipe that the signal's handler writes to; -1 before `watch`.
    private static let signalled = Atomic<CInt>(-1)

    /// Where the system gives no pipe Ctrl-C ends the program, as it does without this.
    static func watch() -> Interruption {
        var ends: [CInt] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { return Interruption(descriptor: -1) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        signalled.store(ends[1], ordering: .relaxed)
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in
            let before = errno
            var octet: UInt8 = 0
            _ = unsafe write(Interruption.signalled.load(ordering: .relaxed), &octet, 1)
            errno = before
        }
        _ = unsafe sigaction(SIGINT, &action, nil)
        return Interruption(descriptor: ends[0])
    }

    func acknowledge() {
        var octet: UInt8 = 0
        _ = unsafe read(descriptor, &octet, 1)
    }
}
