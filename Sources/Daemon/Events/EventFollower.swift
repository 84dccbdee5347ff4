import Synchronization

/// Follows the bus from its creation on, and remembers its position: where it was too slow and was cut off, it
/// continues with the events that the bus still has.
final class EventFollower: Sendable {
    private let bus: EventBus
    private let limit: Int
    private let isWanted: @Sendable (Event) -> Bool
    private let place: Mutex<UInt64>

    /// Far more events than ever happen at once; an empty buffer takes no room.
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

    /// Handles events until the bus is closed and none are left, or the task is cancelled. `gap` is called where events
    /// were lost. After a cancellation, another call continues at the same position.
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
