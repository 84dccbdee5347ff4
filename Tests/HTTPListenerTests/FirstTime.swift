import Synchronization

/// Returns true on the first call, and false on later ones.
final class FirstTime: Sendable {
    private let isTaken = Atomic(false)

    func take() -> Bool { !isTaken.exchange(true, ordering: .relaxed) }
}
