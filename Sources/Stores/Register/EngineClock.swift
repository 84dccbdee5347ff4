/// Bounds the engine's time at any moment of this host's CLOCK_BOOTTIME, by what replies have said of it. Each reply
/// bounds the distance of the two clocks; the bounds of several replies are intersected.
///
/// A host that writes an instant uses `earliest`, one that compares with it uses `latest`: so nothing is taken for
/// younger than it is. No host's wall clock matters.
package struct EngineClock: Sendable, Hashable {
    /// The engine's time minus this host's.
    private struct Distance: Hashable {
        var least: Duration
        var most: Duration
        /// This host's time for which it holds.
        var at: Duration

        /// The distance at another time, by when the clocks may have drifted apart or together.
        func widened(to now: Duration) -> Distance {
            let passed = now < at ? at - now : now - at
            let drift = passed / EngineClock.driftDivisor
            return Distance(least: least - drift, most: most + drift, at: now)
        }
    }

    private var distance: Distance?

    /// Clocks that are kept right by NTP run at most 0.05 % too fast or too slow, and here are two of them.
    private static let driftDivisor = 1000

    package init() {}

    /// Whether any reply has told the engine's time.
    package var isKnown: Bool { distance != nil }

    package mutating func note(_ time: EngineTime) {
        let told = Distance(
            least: .seconds(time.seconds) - time.received, most: .seconds(time.seconds) + .seconds(1) - time.sent,
            at: time.received)
        guard let known = distance?.widened(to: time.received) else {
            distance = told
            return
        }
        let both = Distance(
            least: max(known.least, told.least), most: min(known.most, told.most), at: time.received)
        // Where they exclude each other, a clock was set or stood still, and only the newest reply is right.
        distance = both.least <= both.most ? both : told
    }

    /// The engine's time is not before this when this host's is `now`. nil if it is unknown.
    package func earliest(at now: Duration) -> EngineInstant? {
        distance.map { EngineInstant(milliseconds: (now + $0.widened(to: now).least).millisecondsBelow) }
    }

    /// The engine's time is not after this when this host's is `now`. nil if it is unknown.
    package func latest(at now: Duration) -> EngineInstant? {
        distance.map { EngineInstant(milliseconds: (now + $0.widened(to: now).most).millisecondsAbove) }
    }
}
