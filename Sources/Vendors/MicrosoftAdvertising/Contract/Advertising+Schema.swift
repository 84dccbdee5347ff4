package import APIContract

extension AdvertisingHeaders: ContractType {
    package static let schema = ObjectSchema(
        "AdvertisingHeaders", "The request headers of the Microsoft Advertising API, named as in its own table.",
        [
            .always("AuthenticationToken", .string, "The access token."),
            .always("DeveloperToken", .string),
            .maybe("CustomerId", .string),
            .maybe("CustomerAccountId", .string),
            .maybe("IdentityProvider", .string, "Where the user signs in, if that isn't Microsoft."),
        ])
}

extension AdvertisingCustomer: RequestBody {
    package static let schema = ObjectSchema(
        "AdvertisingCustomer", "The customer and the account that requests are for.",
        [
            .always("customer_id", .string, "A number."),
            .always("customer_account_id", .string, "A number."),
        ])
}
