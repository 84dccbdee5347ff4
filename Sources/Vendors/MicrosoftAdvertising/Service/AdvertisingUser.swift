/// The user that a token belongs to.
package struct AdvertisingUser: Sendable, Hashable, Codable {
    package var id: String
    package var userName: String?
    package var firstName: String?
    package var lastName: String?
    /// The user's own customer.
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

/// A role of the user for one customer.
package struct CustomerRole: Sendable, Hashable, Codable {
    package var customerID: String
    package var roleID: Int
    /// The accounts that the role is limited to; empty if it covers all accounts of the customer.
    package var accountIDs: [String]
    /// Accounts of other customers that the role covers.
    package var linkedAccountIDs: [String]

    /// The names before they are written with underscores.
    private enum CodingKeys: String, CodingKey {
        case customerID, roleID
        case accountIDs = "accountIds"
        case linkedAccountIDs = "linkedAccountIds"
    }

    package init(customerID: String, roleID: Int, accountIDs: [String] = [], linkedAccountIDs: [String] = []) {
        self.customerID = customerID
        self.roleID = roleID
        self.accountIDs = accountIDs
        self.linkedAccountIDs = linkedAccountIDs
    }

    /// The name in the web application; nil if the id isn't documented.
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

/// An advertising account.
package struct AdvertiserAccount: Sendable, Hashable, Codable {
    /// The id by which requests name the account.
    package var id: String
    /// The number that the web application shows; requests don't use it.
    package var number: String?
    package var name: String?
    /// The customer that the user's requests must name with this account; nil if unknown.
    package var customerID: String?
    /// The customer that owns the account; nil if the service doesn't name it. Requests may name it only if the user
    /// has a role there.
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
