/// The time at which a transfer must end.
struct TimeLimit: Sendable {
    private(set) var end: Duration
    private let start: Duration
    private let length: Duration
    private static let longest = Duration.seconds(86_400)
    /// How many octets had arrived when the limit was extended last.
    private var counted = 0

    /// `start` is a value of the transport's uptime.
    init(from start: Duration, for length: Duration) {
        self.start = start
        self.length = min(max(length, .zero), Self.longest)
        end = start + self.length
    }

    /// Extends a limit that is over by a third of its length, at most to `longest` after the start, if anything has
    /// arrived since it was extended last. Returns false if it isn't extended.
    mutating func goesOn(at now: Duration, arrived: Int, atMost longest: Duration) -> Bool {
        guard arrived > counted, now < start + longest else { return false }
        counted = arrived
        end = min(now + length / 3, start + longest)
        return true
    }

    /// Makes the limit as long as any may be.
    mutating func lift() { end = start + Self.longest }

    func isOver(at now: Duration) -> Bool { end <= now }

    /// Extends the limit, to leave time to read what arrived while this process was suspended.
    mutating func extend(to least: Duration) { end = max(end, least) }
}

/// Detects that this process was suspended: stopped by a signal, or frozen with its container or virtual machine.
struct Pace: Sendable {
    private var due: Duration?

    /// How long a busy machine may delay a thread.
    private static let slack = Duration.seconds(2)
    /// How long a network may need to deliver what was sent during the suspension.
    static let moment = Duration.seconds(2)

    /// Records that the thread sleeps from now on, at most for `length`; nil means no limit.
    mutating func sleeps(from now: Duration, for length: Duration?) {
        due = length.map { now + max($0, .zero) }
    }

    /// Whether the thread has woken up much later than it should have.
    func hasStoodStill(at now: Duration) -> Bool {
        due.map { $0 + Self.slack < now } ?? false
    }
}
