/// Decides what follows a failed call. After an expired token, the token is refreshed once. After too many calls a
/// minute, the call is repeated a few times with a pause. Any other failure ends the call.
package struct CallPolicy: Sendable {
    package enum Step: Sendable, Hashable {
        case refreshAccessToken
        case wait(Duration)
        case giveUp
    }

    private var hasRefreshed = false
    private var waits = 0

    private static let mostWaits = 3
    /// Longer waits aren't made here but reported to the user.
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
