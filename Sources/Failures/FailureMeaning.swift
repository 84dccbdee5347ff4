/// What a failure means for the grant and for whoever asked.
package enum FailureMeaning: Sendable, Hashable, CaseIterable {
    /// Only a new consent helps. Where an authorization server says so of a refresh token, once a second try has said
    /// the same.
    case consentNeeded
    /// The configuration, or something that it names, must change: waiting doesn't help.
    case configuration
    /// It may go away by itself.
    case passing
    /// The request is wrong: another one is needed.
    case usage
    /// The request is right, and doesn't fit the state of things.
    case conflict
    /// A fault of this program or of the machine.
    case fault

    /// The HTTP status of an answer that says so, where the code has none of its own.
    package var status: Int {
        switch self {
        case .consentNeeded, .configuration, .conflict: 409
        case .passing: 503
        case .usage: 400
        case .fault: 500
        }
    }

    /// How a command ends that meets it, where the code has no status of its own.
    package var exit: Exit {
        switch self {
        case .consentNeeded: .consentNeeded
        case .configuration: .configuration
        case .passing: .tryAgain
        case .usage: .usage
        case .conflict, .fault: .other
        }
    }

    /// The code of this API's answer to a reader that gets no token because of it.
    package var answer: FailureCode {
        switch self {
        case .consentNeeded: .consentRequired
        case .configuration: .configurationError
        case .passing, .conflict, .fault: .temporarilyUnavailable
        case .usage: .malformedRequest
        }
    }
}

/// The exit statuses of all programs here, those of sysexits.h where it has one.
package enum Exit: Int32, Sendable, Hashable, CaseIterable {
    case success = 0
    case other = 1
    case usage = 64
    case daemonUnreachable = 69
    case tryAgain = 75
    case consentNeeded = 77
    case configuration = 78
    /// As of a program that SIGINT has ended.
    case interrupted = 130
}
