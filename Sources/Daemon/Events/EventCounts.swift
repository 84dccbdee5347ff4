import Failures
import Synchronization

/// Counts events since the start of the daemon, by kind and, for failures, by code.
final class EventCounts: Sendable {
    struct Kind: Sendable, Hashable {
        var event: String
        var code: String?
    }

    private let follower: EventFollower
    private let counts = Mutex<[Kind: Int]>([:])

    init(_ bus: EventBus) {
        follower = EventFollower(bus)
    }

    var all: [Kind: Int] { counts.withLock { $0 } }

    /// Works until the bus is closed.
    func run() async {
        await follower.run { event in
            counts.withLock { $0[Kind(event), default: 0] += 1 }
        }
    }
}

extension EventCounts.Kind {
    /// The code is one of ours: what a server calls a failure could be anything.
    init(_ event: Event) {
        let facts = EventFacts(event.change)
        self.init(event: facts.name, code: facts.code?.rawValue)
    }
}
