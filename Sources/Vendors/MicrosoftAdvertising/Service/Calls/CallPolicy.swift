/// Decides what follows a failed call. An expired token is refreshed once, a limit of calls a minute is waited for a few
/// times, and everything else ends the call.
package struct CallPolicy: Sendable {
    package enum Step: Sendable, Hashable {
        case refreshAccessToken
        case wait(Duration)
        case giveUp
    }

    private var hasRefreshed = false
    private var waits = 0

    private static let mostWaits = 3
    /// Longer waits are left to the user.
    private static let longestWait = Duration.seconds(300)

    package init() {}

    package mutating func step(after failure: CallFailure) -> Step {
        switch failure.meaning {
        case .tokenExpired where !hasRefreshed:
            hasRefreshed = true
            return .refreshAccessToken
        case .tooManyCalls(let wait) where waits < Self.mostWaits && wait <= Self.longestWait:
            waits += 1
            return .wait(max(wait, .seconds(1)))
        case .tokenExpired, .tooManyCalls, .final: return .giveUp
        }
    }
}
