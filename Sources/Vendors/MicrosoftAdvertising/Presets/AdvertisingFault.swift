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
    case userLoginAccessDenied = 120
    case personalIdentityNotAvailable = 122
    case workIdentityNotAvailable = 123
    case personalIdentityMigratedToWork = 124
    case personalIdentityNotAllowedByCustomer = 125
    case identityTypeMismatch = 126

    /// Finds the fault by its number or its name.
    init?(saidAs text: String) {
        let found = Self.allCases.first { String($0.rawValue) == text || $0.name.lowercased() == text.lowercased() }
        guard let found, found != .internalError || text != "0" else { return nil }
        self = found
    }

    /// The name in the service's spelling.
    package var name: String {
        let word = "\(self)"
        return word.prefix(1).uppercased() + word.dropFirst()
    }

    /// The meaning and the remedy, for a person who knows only the code.
    func explanation(account: String) -> String {
        let logIn = "valetkey login \(account)"
        let sentence =
            switch self {
            case .internalError: "the service has a problem: try again later"
            case .nullRequest, .requestMissingHeaders:
                "the request lacks its body or a header: valetkey ads headers \(account) gives all headers"
            case .invalidCredentials:
                "another environment, scope, user or developer token than the service wants: valetkey ads user \(account) "
                    + "says what to look at"
            case .userIsNotAuthorized:
                "the user lacks a role, or the customer isn't the one through which the user works: valetkey ads accounts "
                    + account
            case .userCompromised:
                "sign in at https://ads.microsoft.com and follow what it asks for, then: \(logIn)"
            case .authenticationTokenExpired:
                "refresh the token, and make the call once more: valetkey refresh \(account)"
            case .callRateExceeded: "make fewer calls a minute, and try again in a minute"
            case .userLoginAccessDenied: "an administrator has blocked this user: ask a Super Admin of the customer"
            case .personalIdentityNotAvailable: "choose a personal Microsoft account when you consent again: \(logIn)"
            case .workIdentityNotAvailable: "choose a work or school account when you consent again: \(logIn)"
            case .personalIdentityMigratedToWork, .personalIdentityNotAllowedByCustomer:
                "choose your work or school account when you consent again: \(logIn)"
            case .identityTypeMismatch:
                "the user signs in with another kind of account (personal, work or school, Google): choose it when you "
                    + "consent again: \(logIn)"
            }
        return "\(name) (\(rawValue)): \(sentence)"
    }
}
