import FoundationEssentials
import Register

/// A moment by this host's clocks, and what is known of the engine's time.
struct EngineMoment: Sendable {
    var now: Moment
    var clock: EngineClock

    /// The engine's time is not before this; nil where it is unknown.
    var earliest: EngineInstant? { earliest(of: now.instant) }

    /// The engine's earliest possible time at an instant of this host.
    func earliest(of instant: Instant) -> EngineInstant? {
        clock.earliest(at: .nanoseconds(now.instant.nanoseconds)).map { $0 + (instant - now.instant) }
    }

    /// How much of the time until this instant of the engine is left at least; negative if it is over.
    func left(until instant: EngineInstant) -> Duration? {
        clock.latest(at: .nanoseconds(now.instant.nanoseconds)).map { instant - $0 }
    }

    /// The instant of this host that isn't after this one of the engine, so that nothing is taken for younger than it is.
    func local(_ instant: EngineInstant) -> Instant? { left(until: instant).map { now.instant + $0 } }
}
