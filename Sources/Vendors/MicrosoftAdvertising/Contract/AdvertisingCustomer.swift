/// The customer and the account that requests are made for: `PUT /accounts/{account}/ads/customer`.
package struct AdvertisingCustomer: Codable, Sendable, Hashable {
    package var customerID: String
    package var customerAccountID: String

    package init(customerID: String, customerAccountID: String) {
        self.customerID = customerID
        self.customerAccountID = customerAccountID
    }

    /// Whether both ids are numbers, as the API requires.
    package var isWellFormed: Bool { [customerID, customerAccountID].allSatisfy(Self.isID) }

    package static func isID(_ text: String) -> Bool {
        (1...19).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}

/// The customer, and optionally the account, for a single answer instead of the chosen ones: `GET
/// /accounts/{account}/ads/headers?customer_id=…&customer_account_id=…`. It replaces the whole choice, so that no
/// request combines a customer with an account of another customer.
package struct CustomerWish: Sendable, Hashable {
    package var customerID: String
    package var customerAccountID: String?

    package init(customerID: String, customerAccountID: String? = nil) {
        self.customerID = customerID
        self.customerAccountID = customerAccountID
    }
}
