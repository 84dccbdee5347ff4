/// Until when a transfer may take.
struct TimeLimit: Sendable {
    private(set) var end: Duration

    /// By the transport's uptime.
    init(from start: Duration, for length: Duration) {
        end = start + min(max(length, .zero), .seconds(86_400))
    }

    func isOver(at now: Duration) -> Bool { end <= now }

    /// Leaves time to read what arrived while this process stood still.
    mutating func extend(to least: Duration) { end = max(end, least) }
}

/// Tells when this process has stood still: stopped by a signal, frozen with its container or its virtual machine.
struct Pace: Sendable {
    private var due: Duration?

    /// What a busy machine may delay a thread by.
    private static let slack = Duration.seconds(2)
    /// What a network may need to deliver what was sent meanwhile.
    static let moment = Duration.seconds(2)

    /// The thread sleeps, for `length` at the longest; nil is for ever.
    mutating func sleeps(from now: Duration, for length: Duration?) {
        due = length.map { now + max($0, .zero) }
    }

    /// Whether the thread is awake much later than it wanted to be.
    func hasStoodStill(at now: Duration) -> Bool {
        due.map { $0 + Self.slack < now } ?? false
    }
}
