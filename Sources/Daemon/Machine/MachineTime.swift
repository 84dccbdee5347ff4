import Grants

/// A timekeeper that says when the time that it was asked for has come.
protocol MachineTime: Timekeeper {
    /// Until `stop`.
    func events() -> AsyncStream<MachineTimeEvent>

    func stop()
}

enum MachineTimeEvent: Sendable {
    /// The time of `wake(at:)` has come.
    case due
    /// The wall clock was set, or the machine was asleep.
    case jumped
}
