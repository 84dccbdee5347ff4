/// The customer and the account that requests are for: `PUT /accounts/{account}/ads/customer`.
package struct AdvertisingCustomer: Codable, Sendable, Hashable {
    package var customerID: String
    package var customerAccountID: String

    package init(customerID: String, customerAccountID: String) {
        self.customerID = customerID
        self.customerAccountID = customerAccountID
    }

    /// Whether both are numbers, as the API's ids are.
    package var isWellFormed: Bool { [customerID, customerAccountID].allSatisfy(Self.isID) }

    package static func isID(_ text: String) -> Bool {
        (1...19).contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}

/// The customer, and perhaps the account, that one answer is for in the place of the chosen ones:
/// `GET /accounts/{account}/ads/headers?customer_id=…&customer_account_id=…`. Nothing of the choice stays beside it, so
/// that no request names a customer and an account that don't belong together.
package struct CustomerWish: Sendable, Hashable {
    package var customerID: String
    package var customerAccountID: String?

    package init(customerID: String, customerAccountID: String? = nil) {
        self.customerID = customerID
        self.customerAccountID = customerAccountID
    }
}
