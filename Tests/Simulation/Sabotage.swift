import Grants

/// Deliberate mistakes of the shell, which the rules must find.
package enum Sabotage: Sendable, CaseIterable {
    case sendsTwice
    case revokesNothing
    case sleepsThroughAlarms
    case publishesNothingNew
    case publishesWhatIsGone
    case answersTwice
    case answersNobody
    case asksTheStoreTwice
    case drainsAtOnce
    case masksNothing
    case takesThrottlingForARefusal
    case knowsExpiredTokensByOneName
}

extension World {
    /// Performs the action wrongly where the sabotage applies; true where it must not be performed any more.
    mutating func sabotages(_ action: BookAction) -> Bool {
        switch (sabotage, action) {
        case (.sendsTwice, .post): perform(action)
        case (.revokesNothing, .revoke): return true
        case (.sleepsThroughAlarms, .wake): return true
        case (.publishesNothingNew, .publish(let token?, let key)): return board[key] != token
        case (.publishesWhatIsGone, .publish(nil, _)): return true
        case (.answersTwice, .answer): perform(action)
        case (.answersNobody, .answer): return true
        case (.asksTheStoreTwice, .store): perform(action)
        case (.drainsAtOnce, .post) where stop == nil:
            stop = Stop(since: now, down: .zero)
            perform(action)
            perform(.drained)
            return true
        default: break
        }
        return false
    }
}
