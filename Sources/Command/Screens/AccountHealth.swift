import APIContract
import Console
import Failures

/// Whether an account works, in one word, a colour, and the exit status of `valetkey status ACCOUNT`.
struct AccountHealth: Equatable {
    let word: String
    let colour: Colour
    let exit: Exit

    init(_ report: AccountReport) {
        word = Self.word(report.state) + (Self.hasWarning(report) ? ", but see below" : "")
        switch report.state {
        case .active, .refreshing: colour = Self.hasWarning(report) ? .yellow : .green
        case .noGrant, .consentPending, .retrying, .locked: colour = .yellow
        case .unavailable, .consentRequired, .configurationError: colour = .red
        }
        exit =
            switch report.state {
            // An API that refuses the token refuses the next one too.
            case .active where report.lastError?.meansCode == .refusedScope: .configuration
            case .active, .retrying: .success
            case .refreshing: (report.expiresIn ?? 0) > 0 ? .success : .tryAgain
            case .unavailable, .locked: .tryAgain
            case .noGrant, .consentPending, .consentRequired: .consentNeeded
            case .configurationError: .configuration
            }
    }

    /// Whether an account with a valid token has a fault that a person must know of.
    private static func hasWarning(_ report: AccountReport) -> Bool {
        switch report.state {
        case .active, .refreshing: report.lastError != nil || report.unsaved || lapses(report)
        default: false
        }
    }

    /// Whether the account's token works now, and nothing can refresh it.
    static func lapses(_ report: AccountReport) -> Bool {
        report.state == .active && report.expiresIn != nil && report.nextRefreshIn == nil
    }

    static func word(_ state: AccountState) -> String {
        switch state {
        case .noGrant: "not logged in"
        case .consentPending: "login under way"
        case .active: "active"
        case .refreshing: "refreshing"
        case .retrying: "active, refresh failing"
        case .unavailable: "unavailable"
        case .consentRequired: "consent required"
        case .configurationError: "configuration error"
        case .locked: "locked"
        }
    }
}
