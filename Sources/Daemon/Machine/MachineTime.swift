import Grants

/// A timekeeper that also reports when a requested time has come.
protocol MachineTime: Timekeeper {
    /// The events until `stop` is called.
    func events() -> AsyncStream<MachineTimeEvent>

    func stop()
}

enum MachineTimeEvent: Sendable {
    /// The time requested by `wake(at:)` has come.
    case due
    /// The wall clock was set, or the machine was asleep.
    case jumped
}
