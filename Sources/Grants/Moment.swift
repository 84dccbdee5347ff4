package import FoundationEssentials

/// A reading of the clock that counts time asleep and never jumps (CLOCK_BOOTTIME). Means nothing in another boot.
package struct Instant: Sendable, Hashable, Comparable {
    package var nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    package static let distantFuture = Instant(nanoseconds: .max)

    package static func < (left: Instant, right: Instant) -> Bool { left.nanoseconds < right.nanoseconds }

    /// Stops at the ends of the scale instead of overflowing.
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

/// Now, on both clocks: `instant` to wait and compare by, `wall` to store and to show.
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

/// Where the grants' time comes from.
package protocol Timekeeper: Sendable {
    func now() -> Moment

    /// The instant alone, for readers: it costs less.
    func instant() -> Instant

    /// Whether the wall clock is known to be right.
    var isWallClockSure: Bool { get }

    /// Asks to be called back by `GrantKeeper.wake()` at `instant`, replacing what was asked before; nil never.
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
