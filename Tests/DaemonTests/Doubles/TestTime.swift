import FoundationEssentials
import Grants
import Synchronization

@testable import Daemon

/// A timekeeper that takes the time from a `TestClock`. The test decides when the daemon is woken.
final class TestTime: MachineTime {
    let clock: TestClock
    private let (told, tell) = AsyncStream.makeStream(of: MachineTimeEvent.self)
    private let alarm = Mutex<Instant?>(nil)

    init(clock: TestClock) {
        self.clock = clock
    }

    /// The instant at which the daemon wants to be woken.
    var wakeTime: Instant? { alarm.withLock { $0 } }

    func now() -> Moment {
        Moment(instant: Instant(nanoseconds: clock.now.offset.wholeNanoseconds), wall: clock.wall)
    }

    func wake(at instant: Instant?) { alarm.withLock { $0 = instant } }

    func events() -> AsyncStream<MachineTimeEvent> { told }

    func stop() { tell.finish() }

    /// Sends an event of the machine to the daemon.
    func happen(_ event: MachineTimeEvent) { tell.yield(event) }
}
