/// The user of a token.
package struct AdvertisingUser: Sendable, Hashable, Codable {
    package var id: String
    package var userName: String?
    package var firstName: String?
    package var lastName: String?
    /// The customer that the user belongs to.
    package var customerID: String?
    /// `Active`, `Inactive`, `Pending` or `Deleted`.
    package var status: String?
    package var roles: [CustomerRole]

    package init(
        id: String, userName: String? = nil, firstName: String? = nil, lastName: String? = nil,
        customerID: String? = nil, status: String? = nil, roles: [CustomerRole] = []
    ) {
        self.id = id
        self.userName = userName
        self.firstName = firstName
        self.lastName = lastName
        self.customerID = customerID
        self.status = status
        self.roles = roles
    }
}

/// What a user may do for one customer.
package struct CustomerRole: Sendable, Hashable, Codable {
    package var customerID: String
    package var roleID: Int
    /// Empty where the role is good for all accounts of the customer.
    package var accountIDs: [String]
    /// Accounts of other customers that the role is good for.
    package var linkedAccountIDs: [String]

    package init(customerID: String, roleID: Int, accountIDs: [String] = [], linkedAccountIDs: [String] = []) {
        self.customerID = customerID
        self.roleID = roleID
        self.accountIDs = accountIDs
        self.linkedAccountIDs = linkedAccountIDs
    }

    /// As the web application calls it; nil where the id is none that is published.
    package var roleName: String? {
        switch roleID {
        case 16: "Advertiser Campaign Manager"
        case 33: "Aggregator"
        case 41: "Super Admin"
        case 100: "Viewer"
        case 203: "Standard"
        default: nil
        }
    }
}

/// An account that ads are run from.
package struct AdvertiserAccount: Sendable, Hashable, Codable {
    /// What requests name the account by.
    package var id: String
    /// What the web application shows; no request takes it.
    package var number: String?
    package var name: String?
    /// The customer through which the user works with it: what requests name beside the account; nil where nothing tells.
    package var customerID: String?
    /// The customer that owns it; nil where the service names none. Requests name it only where the user has a role there.
    package var parentCustomerID: String?
    /// `Active`, `Inactive`, `Pause`, `Pending`, `Suspended` or `Draft`.
    package var status: String?
    package var currency: String?

    package init(
        id: String, number: String? = nil, name: String? = nil, customerID: String?, parentCustomerID: String? = nil,
        status: String? = nil, currency: String? = nil
    ) {
        self.id = id
        self.number = number
        self.name = name
        self.customerID = customerID
        self.parentCustomerID = parentCustomerID ?? customerID
        self.status = status
        self.currency = currency
    }
}
