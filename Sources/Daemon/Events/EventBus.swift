import DequeModule
import FoundationEssentials
import Grants
import Synchronization

/// Tells everybody who has subscribed what has changed.
///
/// Who may touch the state, and when:
/// 1. Everything is behind one lock, which is held for one event or one subscription and never while something is waited
///    for.
/// 2. `publish` may be called from any thread. It calls nobody: it puts the event into the buffers of the subscribers,
///    which have tasks of their own.
/// 3. Under the lock an event gets its number, its place among the recent ones and its place in the buffers, so that
///    everybody gets the events in the order of their numbers.
/// 4. A subscriber whose buffer is full is cut off: it gets what is in there, then the end. It can subscribe again from
///    the last number that it has seen, as long as that is among the recent events.
/// 5. Ends of subscriptions are told after the lock, since that calls back.
final class EventBus: Sendable {
    private struct Subscriber {
        var isWanted: @Sendable (Event) -> Bool
        var buffer: AsyncStream<Event>.Continuation
    }

    private struct State {
        var lastNumber: UInt64
        var recent = Deque<Event>()
        var subscribers: [UInt64: Subscriber] = [:]
        var lastSubscriber: UInt64 = 0
        var isClosed = false
    }

    private let time: any Timekeeper
    private let recentLimit: Int
    private let state: Mutex<State>

    /// `recentLimit` is how many events are kept for those who subscribe from an earlier number.
    init(time: any Timekeeper, recentLimit: Int = 512) {
        self.time = time
        self.recentLimit = recentLimit
        // Above the numbers of earlier processes, which had fewer events than their lives had milliseconds.
        state = Mutex(State(lastNumber: UInt64(max(0, time.now().wall.timeIntervalSince1970 * 1000))))
    }

    /// The number of the newest event.
    var lastNumber: UInt64 { state.withLock { $0.lastNumber } }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    var subscriberCount: Int { state.withLock { $0.subscribers.count } }

    func publish(_ change: Event.Change, account: String? = nil) {
        let cutOff = state.withLock { state in
            state.lastNumber += 1
            let event = Event(number: state.lastNumber, at: time.now().wall, account: account, change: change)
            if state.recent.count == recentLimit { state.recent.removeFirst() }
            state.recent.append(event)
            var cutOff: [AsyncStream<Event>.Continuation] = []
            for (id, subscriber) in state.subscribers where subscriber.isWanted(event) {
                if case .enqueued = subscriber.buffer.yield(event) { continue }
                state.subscribers[id] = nil
                cutOff.append(subscriber.buffer)
            }
            return cutOff
        }
        for buffer in cutOff { buffer.finish() }
    }

    /// The events that are wanted, from now on, or from the one after the given number. `limit` is how many of them may
    /// wait for the subscriber. `isWanted` is called under the lock: it must be quick and not call the bus.
    func subscribe(
        after number: UInt64? = nil, limit: Int, isWanted: @escaping @Sendable (Event) -> Bool = { _ in true }
    ) -> EventSubscription {
        state.withLock { state in
            let number = number ?? state.lastNumber
            let oldest = state.recent.first?.number ?? state.lastNumber + 1
            // A number that hasn't been given out is of another process.
            let hasGap = number < oldest - 1 || number > state.lastNumber
            let past = state.recent.filter { (hasGap || $0.number > number) && isWanted($0) }
            let (events, buffer) = AsyncStream.makeStream(
                of: Event.self, bufferingPolicy: .bufferingOldest(past.count + limit))
            for event in past { buffer.yield(event) }
            guard !state.isClosed else {
                buffer.finish()
                return EventSubscription(events: events, hasGap: hasGap)
            }
            state.lastSubscriber += 1
            let id = state.lastSubscriber
            state.subscribers[id] = Subscriber(isWanted: isWanted, buffer: buffer)
            buffer.onTermination = { [weak self] _ in self?.state.withLock { $0.subscribers[id] = nil } }
            return EventSubscription(events: events, hasGap: hasGap)
        }
    }

    /// Ends all subscriptions once their subscribers have what was published before. Later events are only kept for those
    /// who subscribe from an earlier number.
    func close() {
        let subscribers = state.withLock { state in
            state.isClosed = true
            defer { state.subscribers = [:] }
            return state.subscribers
        }
        for subscriber in subscribers.values { subscriber.buffer.finish() }
    }
}

/// What a subscriber of the bus gets.
struct EventSubscription: Sendable {
    /// Ends where the subscriber was cut off, and where the bus is closed.
    let events: AsyncStream<Event>
    /// Whether events may be missing between the number that was asked for and the first one here.
    let hasGap: Bool
}
