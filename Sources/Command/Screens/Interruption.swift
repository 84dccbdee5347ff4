import Glibc
import Synchronization

/// Makes Ctrl-C available as a readable file descriptor, instead of ending the program.
struct Interruption {
    /// Becomes readable at Ctrl-C and remains so until `acknowledge`.
    let descriptor: CInt

    /// The write end of the pipe, which the signal handler uses; -1 before `watch`.
    private static let signalled = Atomic<CInt>(-1)

    /// Installs the signal handler. If no pipe can be created, Ctrl-C continues to end the program.
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

    /// Lets Ctrl-C end the program again.
    func end() {
        _ = signal(SIGINT, SIG_DFL)
        let writer = Self.signalled.exchange(-1, ordering: .relaxed)
        for descriptor in [descriptor, writer] where descriptor >= 0 { close(descriptor) }
    }

    func acknowledge() {
        var octet: UInt8 = 0
        _ = unsafe read(descriptor, &octet, 1)
    }
}
