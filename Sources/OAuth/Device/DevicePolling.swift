package import Failures

/// The schedule on which a device polls the token endpoint for its user's answer (RFC 8628 section 3.5).
package struct DevicePolling: Sendable, Hashable {
    /// The time to wait before the next poll.
    package private(set) var interval: Duration

    private static let slowerBy = Duration.seconds(5)
    private static let longest = Duration.seconds(120)

    package init(interval: Duration) {
        self.interval = interval
    }

    /// Adjusts the interval after a poll that brought no tokens. Returns false if polling must stop: on every error
    /// except one that says to wait or to try again. A missing or unreadable reply doubles the interval.
    package mutating func continues(after code: FailureCode) -> Bool {
        switch code {
        case .authorizationPending, .temporarilyUnavailable, .serverError: return true
        case .slowDown:
            interval += Self.slowerBy
            return true
        case .unlistedError, .unsupportedResponseType: return false
        default:
            guard code.meaning == .passing else { return false }
            interval = min(interval * 2, max(Self.longest, interval))
            return true
        }
    }
}
