import CLinux
import FoundationEssentials
import Glibc
import Grants
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct SystemTimekeeperTests {
    private let time: SystemTimekeeper

    init() throws {
        time = try SystemTimekeeper()
    }

    @Test func `the instant is that of CLOCK_BOOTTIME, and the date that of the wall clock`() {
        let bounds = { (clock: CInt, reading: () -> Int64) in
            let before = shim_read_clock(clock)
            let reading = reading()
            return (before...shim_read_clock(clock)).contains(reading)
        }
        #expect(bounds(CLOCK_BOOTTIME) { time.instant().nanoseconds })
        #expect(bounds(CLOCK_BOOTTIME) { time.now().instant.nanoseconds })
        // A date holds seconds with a precision of less than a microsecond.
        let wall = time.now().wall.timeIntervalSince1970
        #expect(abs(wall - Double(shim_read_clock(CLOCK_REALTIME)) / 1e9) < 10)
        #expect(time.isWallClockSure == (shim_clock_is_synchronised() != 0))
    }

    @Test func `an event is sent when the requested time has come, not before, and each time`() async {
        var events = time.events().makeAsyncIterator()
        for pause in [Duration.milliseconds(40), .milliseconds(20)] {
            let due = time.instant() + pause
            time.wake(at: due)
            #expect(await events.next() == .due)
            #expect(time.instant() >= due)
        }
        time.stop()
        #expect(await events.next() == nil)
    }

    @Test(arguments: [Int64.min, -1, 0, 1]) func `a time in the past comes at once`(_ nanoseconds: Int64) async {
        var events = time.events().makeAsyncIterator()
        time.wake(at: Instant(nanoseconds: nanoseconds))
        #expect(await events.next() == .due)
        time.stop()
    }

    @Test func `a later time replaces an earlier one`() async {
        time.wake(at: time.instant())
        let due = time.instant() + .milliseconds(50)
        time.wake(at: due)
        var events = time.events().makeAsyncIterator()
        #expect(await events.next() == .due)
        #expect(time.instant() >= due)
        time.stop()
    }

    @Test func `a cancelled time doesn't come`() async throws {
        var events = time.events().makeAsyncIterator()
        time.wake(at: time.instant() + .milliseconds(10))
        time.wake(at: nil)
        let other = try SystemTimekeeper()
        var others = other.events().makeAsyncIterator()
        other.wake(at: other.instant() + .milliseconds(40))
        #expect(await others.next() == .due)
        other.stop()
        time.stop()
        #expect(await events.next() == nil)
    }

    @Test func `a stop ends the events even if no time was requested`() async {
        let events = time.events()
        time.stop()
        for await event in events { Issue.record("\(event)") }
    }
}
