/// What a failure means for the grant and for the caller: what would have to happen before another try can succeed.
package enum FailureMeaning: Sendable, Hashable, CaseIterable {
    /// Only a new consent helps. Where an authorization server refuses a refresh token, this applies only after a
    /// second refusal.
    case consentNeeded
    /// The configuration, or something that it names, must change: waiting doesn't help.
    case configuration
    /// The cause may go away without anybody's action.
    case passing
    /// The request is wrong: another one is needed.
    case usage
    /// The request is valid, but not in the current state.
    case conflict
    /// A fault of this program or of the machine.
    case fault

    /// The HTTP status of an answer with this meaning, unless the failure's code has a status of its own.
    package var status: Int {
        switch self {
        case .consentNeeded, .configuration, .conflict: 409
        case .passing: 503
        case .usage: 400
        case .fault: 500
        }
    }

    /// The exit status of a command that gets such a failure, unless the failure's code has a status of its own.
    package var exit: Exit {
        switch self {
        case .consentNeeded: .consentNeeded
        case .configuration: .configuration
        case .passing: .tryAgain
        case .usage: .usage
        case .conflict, .fault: .other
        }
    }

    /// The code with which the API answers a reader that gets no token because of such a failure.
    package var answer: FailureCode {
        switch self {
        case .consentNeeded: .consentRequired
        case .configuration: .configurationError
        case .passing, .conflict, .fault: .temporarilyUnavailable
        case .usage: .malformedRequest
        }
    }
}

/// The exit statuses of all programs in this package: those of sysexits.h where it has one.
package enum Exit: Int32, Sendable, Hashable, CaseIterable {
    case success = 0
    case other = 1
    case usage = 64
    case daemonUnreachable = 69
    case tryAgain = 75
    case consentNeeded = 77
    case configuration = 78
    /// The status that a shell reports for a program ended by SIGINT.
    case interrupted = 130
}
