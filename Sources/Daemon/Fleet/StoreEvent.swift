import Failures

/// A change of the connection to the store that hosts share.
enum StoreEvent: Sendable, Equatable {
    /// A request has failed; the next ones are reported only once one has succeeded.
    case unreachable(Failure)
    /// A request has succeeded again, that long after the failed one.
    case reachable(after: Duration)
}
