package import APIContract
package import APIServer
import HTTPListener
package import MicrosoftAdvertisingContract
import NIOHTTP1
package import VendorInterface

/// The daemon's routes for the Microsoft Advertising API.
extension Route {
    /// Returns the headers as JSON for SOAP clients, or as HTTP header lines for `curl -H @-`.
    package static func advertisingHeaders(_ handler: @escaping InTask<AdvertisingHeaders>) -> Route {
        Route(
            .GET, "/accounts/{account}/ads/headers", "Gives the request headers of the Microsoft Advertising API.",
            parameters: TokenQuery.parameters + CustomerWish.parameters,
            contents: [.json(AdvertisingHeaders.self), .plainText]
        ) { call async throws(Problem) in
            let headers = try await handler(call)
            return call.accepts("text/plain") ? .plainText(headers.httpLines) : .json(headers)
        }.opened(by: "ads_headers")
    }

    package static func chooseCustomer(
        _ handler: @escaping InTaskOfBody<AdvertisingCustomer, AdvertisingCustomer>
    ) -> Route {
        Route(
            .PUT, "/accounts/{account}/ads/customer", "Chooses the customer and the account that requests are for."
        ) { (call, customer: AdvertisingCustomer) async throws(Problem) in
            guard customer.isWellFormed else {
                throw .malformed(
                    "customer_id and customer_account_id are numbers, as text", hint: Problem.idsHint(call.account))
            }
            return try await handler(call, customer)
        }
    }
}

extension AdvertisingDesk: VendorService {
    package func routes(_ accounts: AccountAccess) -> [Route] {
        [
            .advertisingHeaders { call throws(Problem) in
                let wish = try CustomerWish.read(call)
                let token = try await accounts.token(TokenQuery(call), call.caller).get()
                let settings = try accounts.settings(call.account).get()
                return try await headers(around: token.accessToken, of: settings, for: wish).get()
            },
            .chooseCustomer { call, customer throws(Problem) in
                try await choose(customer, for: accounts.settings(call.account).get()).get()
            },
        ]
    }
}

extension CustomerWish {
    private static let customer = Parameter.text("customer_id", upTo: 80, "Another customer than the chosen one.")
    private static let account = Parameter.text(
        "customer_account_id", upTo: 80, "An account of that customer; without it, none is named.")

    static let parameters = [customer, account]

    /// Returns nil if the query names no customer.
    package static func read(_ call: RouteCall) throws(Problem) -> CustomerWish? {
        let (customer, account) = (call.text(Self.customer), call.text(Self.account))
        guard let customer else {
            guard account == nil else {
                throw .malformed(
                    "customer_account_id needs the customer_id through which the user works with the account",
                    hint: Problem.idsHint(call.account))
            }
            return nil
        }
        guard AdvertisingCustomer.isID(customer), account.map(AdvertisingCustomer.isID) ?? true else {
            throw .malformed(
                "customer_id and customer_account_id are numbers: ids, not an account's number or name",
                hint: Problem.idsHint(call.account))
        }
        return CustomerWish(customerID: customer, customerAccountID: account)
    }
}

extension Problem {
    fileprivate static func idsHint(_ account: String) -> String { "valetkey ads accounts \(account) lists both ids" }
}
