import Synchronization

/// A part of the daemon that follows the bus from the moment at which the follower is made, and keeps its place: where it
/// was too slow and was cut off, it goes on with the events that the bus still has.
final class EventFollower: Sendable {
    private let bus: EventBus
    private let limit: Int
    private let isWanted: @Sendable (Event) -> Bool
    private let place: Mutex<UInt64>

    /// Far more than ever happens at once; the buffer takes no room while it is empty.
    static let patience = 16_384

    init(
        _ bus: EventBus, limit: Int = EventFollower.patience,
        isWanted: @escaping @Sendable (Event) -> Bool = { _ in true }
    ) {
        self.bus = bus
        self.limit = limit
        self.isWanted = isWanted
        place = Mutex(bus.lastNumber)
    }

    /// Works until the bus is closed and all events are handled, or the task is cancelled. `gap` is called where events
    /// were lost. Called again after a cancellation, it goes on where it was.
    func run(_ handle: (Event) async -> Void, gap: () -> Void = {}) async {
        var isLast = false
        while !isLast, !Task.isCancelled {
            isLast = bus.isClosed
            let subscription = bus.subscribe(after: place.withLock { $0 }, limit: limit, isWanted: isWanted)
            if subscription.hasGap { gap() }
            for await event in subscription.events {
                await handle(event)
                place.withLock { $0 = event.number }
            }
        }
    }
}
