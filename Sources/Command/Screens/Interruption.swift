import Glibc
import Synchronization

/// Ctrl-C, as a question that a loop can ask between two waits.
enum Interruption {
    private static let hasCome = Atomic<Bool>(false)

    static func watch() {
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = { _ in Interruption.hasCome.store(true, ordering: .relaxed) }
        _ = unsafe sigaction(SIGINT, &action, nil)
    }

    static var isWanted: Bool { hasCome.load(ordering: .relaxed) }
}
