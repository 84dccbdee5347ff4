package import APIClient
package import MicrosoftAdvertisingContract

/// The calls for the Microsoft Advertising API.
extension SocketClient {
    package func advertisingHeaders(_ account: String) throws(ClientFailure) -> AdvertisingHeaders {
        try decode(send("GET", "/accounts/\(Self.segment(account))/ads/headers"))
    }

    package func chooseCustomer(
        _ account: String, _ customer: AdvertisingCustomer
    ) throws(ClientFailure) -> AdvertisingCustomer {
        try decode(send("PUT", "/accounts/\(Self.segment(account))/ads/customer", body: encode(customer)))
    }
}
