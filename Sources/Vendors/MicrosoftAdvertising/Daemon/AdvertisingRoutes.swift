import APIContract
package import APIServer
import HTTPListener
package import MicrosoftAdvertisingContract
import NIOHTTP1
package import VendorInterface

/// What the API has for the Microsoft Advertising API.
extension Route {
    /// As JSON for SOAP clients, as lines of HTTP for `curl -H @-` and its like.
    package static func advertisingHeaders(_ handler: @escaping InTask<AdvertisingHeaders>) -> Route {
        Route(
            .GET, "/accounts/{account}/ads/headers", "Gives the request headers of the Microsoft Advertising API.",
            parameters: TokenQuery.parameters, contents: [.json(AdvertisingHeaders.self), .plainText]
        ) { call async throws(Problem) in
            let headers = try await handler(call)
            return call.accepts("text/plain") ? .plainText(headers.httpLines) : .json(headers)
        }
    }

    package static func chooseCustomer(
        _ handler: @escaping InTaskOfBody<AdvertisingCustomer, AdvertisingCustomer>
    ) -> Route {
        Route(
            .PUT, "/accounts/{account}/ads/customer", "Chooses the customer and the account that requests are for."
        ) { (call, customer: AdvertisingCustomer) async throws(Problem) in
            guard customer.isWellFormed else {
                throw .malformed("customer_id and customer_account_id are numbers, as text")
            }
            return try await handler(call, customer)
        }
    }
}

extension AdvertisingDesk: VendorService {
    package func routes(_ accounts: AccountAccess) -> [Route] {
        [
            .advertisingHeaders { call throws(Problem) in
                let token = try await accounts.token(TokenQuery(call), call.caller).get()
                let settings = try accounts.settings(call.account).get()
                return try await headers(around: token.accessToken, of: settings).get()
            },
            .chooseCustomer { call, customer throws(Problem) in
                try await choose(customer, for: accounts.settings(call.account).get()).get()
            },
        ]
    }
}
