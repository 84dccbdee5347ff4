package import FoundationEssentials

/// A reading of the clock that counts time asleep and never jumps (CLOCK_BOOTTIME). Meaningless in another boot.
package struct Instant: Sendable, Hashable, Comparable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static let distantFuture = Instant(nanoseconds: .max)

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Saturates at the ends of the range instead of overflowing.
    package static func + (instant: Instant, duration: Duration) -> Instant {
        let (sum, overflows) = instant.nanoseconds.addingReportingOverflow(duration.wholeNanoseconds)
        return overflows ? .distantFuture : Instant(nanoseconds: sum)
    }

    package static func - (instant: Instant, duration: Duration) -> Instant { instant + (.zero - duration) }

    package static func - (left: Instant, right: Instant) -> Duration {
        let (difference, overflows) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
        return .nanoseconds(overflows ? .max : difference)
    }
}

/// A point in time on both clocks: `instant` for waiting and comparing, `wall` for storing and showing.
package struct Moment: Sendable, Hashable {
    package var instant: Instant
    package var wall: Date

    package init(instant: Instant, wall: Date) {
        self.instant = instant
        self.wall = wall
    }

    package static func + (moment: Moment, duration: Duration) -> Moment {
        Moment(instant: moment.instant + duration, wall: moment.wall + duration.timeInterval)
    }
}

/// The source of time for the grants.
package protocol Timekeeper: Sendable {
    func now() -> Moment

    /// Only the instant, for readers: it is cheaper to get.
    func instant() -> Instant

    /// Whether the wall clock is known to be right.
    var isWallClockSure: Bool { get }

    /// Asks for a call of `GrantKeeper.wake()` at `instant`, replacing the previous request; nil cancels it.
    func wake(at instant: Instant?)
}

extension Timekeeper {
    package func instant() -> Instant { now().instant }

    package var isWallClockSure: Bool { false }
}

extension Duration {
    package var wholeNanoseconds: Int64 {
        let (seconds, overflows) = components.seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflows else { return components.seconds < 0 ? .min : .max }
        return seconds.addingReportingOverflow(components.attoseconds / 1_000_000_000).partialValue
    }

    package var timeInterval: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }

    /// Whole seconds, rounded down.
    package var wholeSeconds: Int {
        Int((timeInterval).rounded(.down))
    }
}
