import CLinux
import Dispatch
import FoundationEssentials
import Glibc
import Grants

/// The machine's clocks, and one timer for all grants. Time asleep counts (CLOCK_BOOTTIME). A change of the wall clock,
/// which waking up causes as well, is reported at once (TFD_TIMER_CANCEL_ON_SET). While nothing is due, the process
/// doesn't wake up.
final class SystemTimekeeper: MachineTime {
    private let alarm: CInt
    private let jump: CInt
    private let stopping: CInt

    /// - Throws: `StartFault` where the kernel can't create the timers.
    init() throws(StartFault) {
        alarm = shim_timer(CLOCK_BOOTTIME)
        jump = shim_timer(CLOCK_REALTIME)
        stopping = shim_timer(CLOCK_MONOTONIC)
        guard alarm >= 0, jump >= 0, stopping >= 0 else { throw .system("timerfd_create", errno) }
    }

    deinit {
        for descriptor in [alarm, jump, stopping] { close(descriptor) }
    }

    func now() -> Moment {
        Moment(instant: instant(), wall: Date())
    }

    func instant() -> Instant {
        Self.bootTime
    }

    var isWallClockSure: Bool { shim_clock_is_synchronised() != 0 }

    func wake(at instant: Instant?) {
        // A time of zero disarms a timer.
        _ = shim_set_timer(alarm, instant.map { max($0.nanoseconds, 1) } ?? 0, 0)
    }

    /// Events until `stop`.
    func events() -> AsyncStream<MachineTimeEvent> {
        AsyncStream { continuation in
            DispatchQueue(label: "valetkey.clock").async { [self] in watch(continuation) }
        }
    }

    func stop() {
        _ = shim_set_timer(stopping, 1, 0)
    }

    private func watch(_ continuation: AsyncStream<MachineTimeEvent>.Continuation) {
        watchForJumps()
        var descriptors = [alarm, jump, stopping].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while true {
            let count = unsafe poll(&descriptors, nfds_t(descriptors.count), -1)
            if count < 0 && errno == EINTR { continue }
            guard count > 0, descriptors[2].revents == 0 else { break }
            if descriptors[0].revents != 0, acknowledge(alarm) == 0 { continuation.yield(.due) }
            if descriptors[1].revents != 0 {
                _ = acknowledge(jump)
                watchForJumps()
                continuation.yield(.jumped)
            }
        }
        continuation.finish()
    }

    /// Arms a timer far in the future, which only exists to be cancelled by a jump of the clock.
    private func watchForJumps() {
        _ = shim_set_timer(jump, .max / 2, 1)
    }

    private func acknowledge(_ descriptor: CInt) -> CInt {
        var expirations: UInt64 = 0
        return unsafe read(descriptor, &expirations, MemoryLayout<UInt64>.size) < 0 ? errno : 0
    }

    static var bootTime: Instant { Instant(nanoseconds: shim_read_clock(CLOCK_BOOTTIME)) }
}
