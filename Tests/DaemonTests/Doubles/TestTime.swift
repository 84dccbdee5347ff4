import FoundationEssentials
import Grants
import Synchronization

@testable import Daemon

/// The time of a `TestClock` for the grants. A test says when the machine wakes the daemon.
final class TestTime: MachineTime {
    let clock: TestClock
    private let (told, tell) = AsyncStream.makeStream(of: MachineTimeEvent.self)
    private let alarm = Mutex<Instant?>(nil)

    init(clock: TestClock) {
        self.clock = clock
    }

    /// When the daemon wants to be woken.
    var wakeTime: Instant? { alarm.withLock { $0 } }

    func now() -> Moment {
        Moment(instant: Instant(nanoseconds: clock.now.offset.wholeNanoseconds), wall: clock.wall)
    }

    func wake(at instant: Instant?) { alarm.withLock { $0 = instant } }

    func events() -> AsyncStream<MachineTimeEvent> { told }

    func stop() { tell.finish() }

    /// The machine says this to the daemon.
    func happen(_ event: MachineTimeEvent) { tell.yield(event) }
}
