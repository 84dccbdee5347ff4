import DequeModule
import FoundationEssentials
import Grants
import Synchronization

/// Delivers events to all subscribers.
///
/// Who may touch the state, and when:
/// 1. One lock guards the whole state. It is held for one event or one subscription, and never while something is
///    waited for.
/// 2. `publish` may be called from any thread. It runs no code of the subscribers: it puts the event into their
///    buffers, which they read in tasks of their own.
/// 3. An event gets its number, and is put into the recent events and into the buffers, under the lock, so that every
///    subscriber gets the events in the order of their numbers.
/// 4. A subscriber whose buffer is full is cut off: it gets the buffered events, then the end. It can subscribe again
///    from the last number that it has seen, as long as the events since then are among the recent ones.
/// 5. Streams are finished after the lock is released, because that calls `onTermination`.
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

    /// `recentLimit` is the number of events kept for subscribers that ask for events from an earlier number on.
    init(time: any Timekeeper, recentLimit: Int = 512) {
        self.time = time
        self.recentLimit = recentLimit
        // Start above the numbers of earlier processes, which published fewer events than they ran for milliseconds.
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

    /// Subscribes to events from now on, or from the one after `number`. `limit` is how many of them may wait in the
    /// buffer. `isWanted` selects the events; it is called under the lock, so it must be quick and must not call the
    /// bus.
    func subscribe(
        after number: UInt64? = nil, limit: Int, isWanted: @escaping @Sendable (Event) -> Bool = { _ in true }
    ) -> EventSubscription {
        state.withLock { state in
            let number = number ?? state.lastNumber
            let oldest = state.recent.first?.number ?? state.lastNumber + 1
            // A number that this process hasn't given out yet is from another process.
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

    /// Ends all subscriptions after their subscribers have got the events published so far. Later events are only kept
    /// for those who subscribe from an earlier number on.
    func close() {
        let subscribers = state.withLock { state in
            state.isClosed = true
            defer { state.subscribers = [:] }
            return state.subscribers
        }
        for subscriber in subscribers.values { subscriber.buffer.finish() }
    }
}

/// A stream of events for one subscriber.
struct EventSubscription: Sendable {
    /// The events. The stream ends where the subscriber is cut off or the bus is closed.
    let events: AsyncStream<Event>
    /// Whether events may be missing between the requested number and the first event of the stream.
    let hasGap: Bool
}
