/// A point in the engine's time, in milliseconds since 1970. All hosts that share an engine can compare it, whatever
/// their own clocks say. Encoded as a number.
package struct EngineInstant: Sendable, Hashable, Comparable, Codable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    package init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    package static func < (left: EngineInstant, right: EngineInstant) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// Rounds the duration down to milliseconds, and saturates at the ends of the range.
    package static func + (instant: EngineInstant, duration: Duration) -> EngineInstant {
        let (sum, overflows) = instant.milliseconds.addingReportingOverflow(duration.millisecondsBelow)
        guard overflows else { return EngineInstant(milliseconds: sum) }
        return EngineInstant(milliseconds: duration < .zero ? .min : .max)
    }

    /// The time from the right to the left instant.
    package static func - (left: EngineInstant, right: EngineInstant) -> Duration {
        .milliseconds(left.milliseconds) - .milliseconds(right.milliseconds)
    }
}

extension Duration {
    /// Whole milliseconds, rounded down, within the range of the type.
    var millisecondsBelow: Int64 {
        let (seconds, attoseconds) = components
        guard seconds.magnitude < 9_000_000_000_000_000 else { return seconds < 0 ? .min : .max }
        let part = attoseconds / 1_000_000_000_000_000
        let isCut = attoseconds % 1_000_000_000_000_000 < 0
        return seconds * 1000 + part - (isCut ? 1 : 0)
    }

    /// Whole milliseconds, rounded up, within the range of the type.
    var millisecondsAbove: Int64 {
        let below = (.zero - self).millisecondsBelow
        return below == .min ? .max : -below
    }
}
