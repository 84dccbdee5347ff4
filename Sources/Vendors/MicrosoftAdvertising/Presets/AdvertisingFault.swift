import Accounts
import Text

/// The fault codes that all services of the API have in common.
package enum AdvertisingFault: Int, Sendable, CaseIterable {
    case internalError = 0
    case nullRequest = 100
    case invalidCredentials = 105
    case userIsNotAuthorized = 106
    case userCompromised = 108
    case authenticationTokenExpired = 109
    case requestMissingHeaders = 116
    case callRateExceeded = 117
    case invalidAccountId = 119
    case userLoginAccessDenied = 120
    case personalIdentityNotAvailable = 122
    case workIdentityNotAvailable = 123
    case personalIdentityMigratedToWork = 124
    case personalIdentityNotAllowedByCustomer = 125
    case identityTypeMismatch = 126
    case invalidAccount = 208
    case apiVersionNoLongerSupported = 303
    case campaignServiceCustomerIdHasToBeSpecified = 1029
    case campaignServiceAccountIdHasToBeSpecified = 1030
    case campaignServiceInvalidAccountId = 1102

    /// Finds a fault's name or number in a message, a name first: a message may have other numbers. The number 0 counts
    /// only where the message calls it a code.
    package init?(in text: String) {
        let words = text.messageWords.map { $0.lowercased() }
        let isCode = { (index: Int) in index > 0 && words[index - 1].hasSuffix("code") }
        let named = words.lazy.compactMap { word in Self.allCases.first { $0.name.lowercased() == word } }.first
        let numbered = words.indices.lazy.compactMap { index in
            Self.allCases.first { String($0.rawValue) == words[index] && ($0 != .internalError || isCode(index)) }
        }.first
        guard let found = named ?? numbered else { return nil }
        self = found
    }

    /// The name in the service's spelling.
    package var name: String {
        let word = "\(self)"
        return word.prefix(1).uppercased() + word.dropFirst()
    }

    /// Whether the fault is about the account or the customer that a request names.
    package var isOfAccount: Bool {
        switch self {
        case .invalidAccountId, .invalidAccount, .campaignServiceCustomerIdHasToBeSpecified,
            .campaignServiceAccountIdHasToBeSpecified, .campaignServiceInvalidAccountId:
            true
        default: false
        }
    }

    /// The meaning and the remedy, for a person who knows only the code.
    func explanation(account: RemedyAccount) -> String {
        let logIn = "valetkey login \(account)"
        let sentence =
            switch self {
            case .internalError: "the service has a problem: try again later"
            case .nullRequest: "the request has no body, or not the one of its operation: see the operation's reference"
            case .requestMissingHeaders:
                "the request lacks a header: valetkey ads headers \(account) gives all headers"
            case .invalidCredentials:
                "another environment, scope, user or developer token than the service wants: valetkey ads user \(account) "
                    + "says what to look at"
            case .userIsNotAuthorized:
                "the user lacks a role, or the customer isn't the one through which the user works: valetkey ads accounts "
                    + account.name
            case .userCompromised:
                "sign in at https://ads.microsoft.com and follow what it asks for, then: \(logIn)"
            case .authenticationTokenExpired:
                "refresh the token, and make the call once more: valetkey refresh \(account)"
            case .callRateExceeded: "make fewer calls a minute, and try again in a minute"
            case .userLoginAccessDenied: "\(AdvertisingIdentity.merged), with which you consent again: \(logIn)"
            case .personalIdentityNotAvailable: AdvertisingIdentity.workOnly.sentence(logIn)
            case .workIdentityNotAvailable: AdvertisingIdentity.personalOnly.sentence(logIn)
            case .personalIdentityMigratedToWork: AdvertisingIdentity.migrated.sentence(logIn)
            case .personalIdentityNotAllowedByCustomer: AdvertisingIdentity.forbidden.sentence(logIn)
            case .identityTypeMismatch:
                "the user signs in with another kind of account (personal, work or school, Google): choose it when you "
                    + "consent again: \(logIn)"
            case .invalidAccountId, .invalidAccount, .campaignServiceInvalidAccountId:
                "the account isn't one of the customer, or its number stands where its id belongs: valetkey ads accounts "
                    + "\(account) lists both ids"
            case .campaignServiceCustomerIdHasToBeSpecified, .campaignServiceAccountIdHasToBeSpecified:
                "the request names no customer or no account: valetkey ads accounts \(account) lists both ids"
            case .apiVersionNoLongerSupported: "the request is of an API version that has ended: use version 13"
            }
        return "\(name) (\(rawValue)): \(sentence)"
    }
}

/// The kind of account with which a user must sign in, where the service refuses the one that consented.
package enum AdvertisingIdentity: Sendable {
    case workOnly
    case personalOnly
    case migrated
    case forbidden

    /// What code 120 means: users whose sign-ins were merged keep one of them.
    package static let merged = "this sign-in was merged into another one of the same person: choose that one"

    package func sentence(_ logIn: String) -> String {
        let (why, kind) =
            switch self {
            case .workOnly:
                ("Microsoft Advertising knows only a work account of this user", "your work or school account")
            case .personalOnly:
                ("Microsoft Advertising knows only a personal account of this user", "a personal Microsoft account")
            case .migrated: ("the personal account was migrated to a work account", "your work or school account")
            case .forbidden: ("the customer doesn't allow personal accounts", "your work or school account")
            }
        return "\(why): choose \(kind) when you consent again: \(logIn)"
    }
}
