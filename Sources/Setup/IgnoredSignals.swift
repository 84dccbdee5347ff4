import Glibc

/// Ignores the signals that stop a command, for a moment in which a stop would leave something half-done.
struct IgnoredSignals {
    private let before: [(CInt, @convention(c) (CInt) -> Void)]

    init() {
        before = [SIGINT, SIGTERM, SIGHUP].compactMap { number in
            signal(number, SIG_IGN).map { (number, $0) }
        }
    }

    func restore() {
        for (number, handler) in before { _ = signal(number, handler) }
    }
}
