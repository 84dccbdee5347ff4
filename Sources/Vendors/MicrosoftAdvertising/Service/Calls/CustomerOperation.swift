import OAuth
package import Text

/// The two operations of the Customer Management service that find the accounts of a token's user.
package enum CustomerOperation: Sendable, Hashable {
    /// Get the user that the token belongs to.
    case getUser
    /// List the accounts that a user can access.
    case searchAccounts(userID: String, page: Page)

    /// One page of a long list.
    package struct Page: Sendable, Hashable {
        /// The page's index, starting at 0.
        package var index: Int
        package var size: Int

        package init(index: Int = 0, size: Int = 100) {
            self.index = index
            self.size = size
        }
    }

    /// The operation's name in SOAP.
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

/// The credentials of a request.
package struct ServiceCredentials: Sendable {
    package var accessToken: Secret
    package var developerToken: Secret
    /// The identity provider of the user; nil for Microsoft.
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
