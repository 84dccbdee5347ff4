/// Decides what follows a failed call. An expired token is renewed once, a full minute is waited out a few times, and
/// everything else ends it.
package struct CallPolicy: Sendable {
    package enum Step: Sendable, Hashable {
        case renewToken
        case wait(Duration)
        case giveUp
    }

    private var hasRenewed = false
    private var waits = 0

    private static let mostWaits = 3
    /// A longer wait is for the user to decide on.
    private static let longestWait = Duration.seconds(300)

    package init() {}

    package mutating func step(after failure: CallFailure) -> Step {
        switch failure.meaning {
        case .tokenExpired where !hasRenewed:
            hasRenewed = true
            return .renewToken
        case .tooManyCalls(let wait) where waits < Self.mostWaits && wait <= Self.longestWait:
            waits += 1
            return .wait(max(wait, .seconds(1)))
        case .tokenExpired, .tooManyCalls, .final: return .giveUp
        }
    }
}
