import DequeModule
import Synchronization

/// Lets one piece of work run at a time, in the order in which they came; an actor would let another one in whenever it
/// waits.
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

    /// The turn goes to whoever has waited longest, without being free in between.
    private func giveBack() {
        let next = state.withLock { state in
            let next = state.waiting.popFirst()
            if next == nil { state.isTaken = false }
            return next
        }
        next?.resume()
    }
}
