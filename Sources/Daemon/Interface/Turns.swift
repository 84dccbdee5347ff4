import DequeModule
import Synchronization

/// Runs pieces of work one at a time, in the order of the calls. An actor wouldn't do: it lets other calls in at every
/// suspension.
final class Turns: Sendable {
    private struct State {
        var isTaken = false
        var waiting = Deque<CheckedContinuation<Void, Never>>()
    }

    private let state = Mutex(State())

    func run<Result>(_ work: () async -> Result) async -> Result {
        await take()
        defer { giveBack() }
        return await work()
    }

    private func take() async {
        await withCheckedContinuation { turn in
            let isFree = state.withLock { state in
                guard state.isTaken else {
                    state.isTaken = true
                    return true
                }
                state.waiting.append(turn)
                return false
            }
            if isFree { turn.resume() }
        }
    }

    /// Passes the turn directly to whoever has waited longest, so that no later call can take it.
    private func giveBack() {
        let next = state.withLock { state in
            let next = state.waiting.popFirst()
            if next == nil { state.isTaken = false }
            return next
        }
        next?.resume()
    }
}
