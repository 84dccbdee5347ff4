import Synchronization

/// How many connections several listeners may have open together. While it is used up, further clients wait in the
/// kernel's queue. So descriptors are left for what a client waits for: a refresh needs a socket and the store a file.
package final class ConnectionBudget: Sendable {
    private struct State {
        var open = 0
        /// Told once there is room again.
        var waiting: [@Sendable () -> Void] = []
    }

    package let limit: Int
    private let state = Mutex(State())

    /// The descriptors that are kept back for refreshes, the store and secret commands.
    package static let reserve = 64
    /// The least number of connections, whatever the limit of descriptors is.
    private static let least = 8

    package init(limit: Int) {
        self.limit = limit
    }

    /// The budget of a process with this limit of descriptors, of which `used` are open before the first connection.
    package convenience init(descriptors: Int, used: Int) {
        self.init(limit: max(Self.least, descriptors - Self.reserve - used))
    }

    func take() {
        state.withLock { $0.open += 1 }
    }

    func giveBack() {
        let told = state.withLock { state in
            state.open -= 1
            guard state.open < limit else { return [] as [@Sendable () -> Void] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for tell in told { tell() }
    }

    /// Whether there is no room for another connection; then `tell` is called, on any thread, once there is.
    func mustWait(_ tell: @escaping @Sendable () -> Void) -> Bool {
        state.withLock { state in
            guard state.open >= limit else { return false }
            state.waiting.append(tell)
            return true
        }
    }
}
