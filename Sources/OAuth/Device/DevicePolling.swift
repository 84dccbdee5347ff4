/// When a device asks again whether its user has answered (RFC 8628 section 3.5).
package struct DevicePolling: Sendable, Hashable {
    /// Between two polls, from now on.
    package private(set) var interval: Duration

    private static let slowerBy = Duration.seconds(5)
    private static let longest = Duration.seconds(120)

    package init(interval: Duration) {
        self.interval = interval
    }

    /// The server has said so; false where the matter is at an end.
    package mutating func continues(after error: OAuthError) -> Bool {
        switch error.code {
        case "authorization_pending": return true
        case "slow_down":
            interval += Self.slowerBy
            return true
        default: return error.meaning == .passing
        }
    }

    /// No reply came, or none that says anything: the next poll is twice as far away.
    package mutating func backOff() {
        interval = min(interval * 2, max(Self.longest, interval))
    }
}
