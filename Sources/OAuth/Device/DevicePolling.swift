package import Failures

/// When a device asks again whether its user has answered (RFC 8628 section 3.5).
package struct DevicePolling: Sendable, Hashable {
    /// Between two polls, from now on.
    package private(set) var interval: Duration

    private static let slowerBy = Duration.seconds(5)
    private static let longest = Duration.seconds(120)

    package init(interval: Duration) {
        self.interval = interval
    }

    /// A poll has brought no tokens; false where the matter is at an end: any error of the server's ends it but those
    /// that say wait. Where no reply came, or none that says anything, the next poll is twice as far away.
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
