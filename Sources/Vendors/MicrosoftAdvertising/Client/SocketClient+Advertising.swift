package import APIClient
package import MicrosoftAdvertisingContract

/// Requests to the daemon about the Microsoft Advertising API.
extension SocketClient {
    /// Returns the headers of an account, for the customer in `wish` instead of the chosen one if given.
    package func advertisingHeaders(
        _ account: String, for customer: CustomerWish? = nil
    ) throws(ClientFailure) -> AdvertisingHeaders {
        var target = "/accounts/\(Self.segment(account))/ads/headers"
        if let customer { target += "?customer_id=\(Self.segment(customer.customerID))" }
        if let id = customer?.customerAccountID { target += "&customer_account_id=\(Self.segment(id))" }
        return try decode(send("GET", target))
    }

    package func chooseCustomer(
        _ account: String, _ customer: AdvertisingCustomer
    ) throws(ClientFailure) -> AdvertisingCustomer {
        try decode(send("PUT", "/accounts/\(Self.segment(account))/ads/customer", body: encode(customer)))
    }
}
