import OAuth
package import Text

/// The two operations of the Customer Management service that lead from a token to its accounts.
package enum CustomerOperation: Sendable, Hashable {
    /// The user of the token.
    case getUser
    /// The accounts that a user can access.
    case searchAccounts(userID: String, page: Page)

    /// A part of a long list.
    package struct Page: Sendable, Hashable {
        /// Counts from 0.
        package var index: Int
        package var size: Int

        package init(index: Int = 0, size: Int = 100) {
            self.index = index
            self.size = size
        }
    }

    /// The name that SOAP has for it.
    var name: String {
        switch self {
        case .getUser: "GetUser"
        case .searchAccounts: "SearchAccounts"
        }
    }

    var path: String {
        switch self {
        case .getUser: "User/Query"
        case .searchAccounts: "Accounts/Search"
        }
    }
}

/// What a request is sent with.
package struct ServiceCredentials: Sendable {
    package var accessToken: Secret
    package var developerToken: Secret
    /// Where the user signs in, if that isn't Microsoft.
    package var identityProvider: String?
    package var customerID: String?
    package var customerAccountID: String?

    package init(
        accessToken: Secret, developerToken: Secret, identityProvider: String? = nil, customerID: String? = nil,
        customerAccountID: String? = nil
    ) {
        self.accessToken = accessToken
        self.developerToken = developerToken
        self.identityProvider = identityProvider
        self.customerID = customerID
        self.customerAccountID = customerAccountID
    }
}
