import APIContract
import ArgumentParser
import Console
import Failures
import MicrosoftAdvertisingContract
import MicrosoftAdvertisingService

/// Options that name a customer and an account for one command, instead of the chosen ones.
struct CustomerOptions: ParsableArguments {
    @Option(name: .long, help: "The id of the customer, in the place of the chosen one.")
    var customer: String?

    @Option(
        name: .customLong("account"),
        help: "The advertising account, by its id, number or name, in the place of the chosen one.")
    var wanted: String?

    func validate() throws {
        if let customer, !AdvertisingCustomer.isID(customer) {
            throw ValidationError("--customer takes the id of a customer, a number; valetkey ads user shows them")
        }
    }

    /// The customer and account that the options name; nil if there are none. The service is asked only if the account
    /// isn't given by its id or its customer isn't given.
    func wish(_ account: AdvertisingAccount, _ service: CustomerManagement) async throws -> CustomerWish? {
        switch (customer, wanted) {
        case (nil, nil): return nil
        case (let customer?, nil): return CustomerWish(customerID: customer)
        case (let customer?, let wanted?) where AdvertisingCustomer.isID(wanted):
            return CustomerWish(customerID: customer, customerAccountID: wanted)
        case (_, let wanted?):
            let user = try await service.user()
            let found = try pick(wanted, in: try await service.accounts(of: user), of: account)
            guard let customerID = found.customerID else { throw found.hasNoCustomer(in: account.name) }
            return CustomerWish(customerID: customerID, customerAccountID: found.id)
        }
    }

    /// Returns the one account that `word` means, with the customer from the options if there is one.
    func pick(
        _ word: String, in list: [AdvertiserAccount], of account: AdvertisingAccount
    ) throws(CommandFailure) -> AdvertiserAccount {
        var found = AdvertiserAccount.named(word, in: list)
        if found.count > 1, let customer {
            found = found.filter { $0.customerID == customer || $0.parentCustomerID == customer }
        }
        guard var chosen = found.first else {
            throw CommandFailure(
                .usage, "this user has no advertising account with the id, number or name \(word)",
                hint: "valetkey ads accounts \(account.name) lists them")
        }
        guard found.count == 1 else {
            let ids = found.map { "\($0.id) of customer \($0.customerID ?? "-")" }.joined(separator: ", ")
            throw CommandFailure(
                .usage, "\(found.count) advertising accounts are called \(word): \(ids)", hint: "take one by its id")
        }
        if !chosen.isActive {
            Terminal.error.line(
                "warning: the account \(chosen.id) is \(chosen.status ?? "-"), and the service may refuse requests for it: "
                    + "activate it at https://ads.microsoft.com, or take another one")
        }
        if let customer { chosen.customerID = customer }
        return chosen
    }

    /// Like `pick`, for a choice that is kept: the user must have a role at the customer from the options through which
    /// the account can be worked with.
    func pickToKeep(
        _ word: String, in list: [AdvertiserAccount], by user: AdvertisingUser, of account: AdvertisingAccount
    ) throws(CommandFailure) -> AdvertiserAccount {
        let chosen = try pick(word, in: list, of: account)
        guard let customer else { return chosen }
        try user.checkRole(at: customer, of: account)
        guard user.reaches(chosen, through: customer) else {
            throw CommandFailure(
                .usage, "the account \(chosen.id) can't be worked with through the customer \(customer)",
                hint: "leave --customer out, or see valetkey ads accounts \(account.name)")
        }
        return chosen
    }

    /// The accounts in `list` that the options select.
    func filter(_ list: [AdvertiserAccount]) -> [AdvertiserAccount] {
        let named = wanted.map { AdvertiserAccount.named($0, in: list) } ?? list
        return named.filter { account in
            customer.map { $0 == account.customerID || $0 == account.parentCustomerID } ?? true
        }
    }
}

extension AdvertisingUser {
    func checkRole(at customer: String, of account: AdvertisingAccount) throws(CommandFailure) {
        guard roles.contains(where: { $0.customerID == customer }) else {
            throw CommandFailure(
                .usage, "this user has no role at the customer \(customer)",
                hint: "valetkey ads user \(account.name) shows all roles")
        }
    }
}
