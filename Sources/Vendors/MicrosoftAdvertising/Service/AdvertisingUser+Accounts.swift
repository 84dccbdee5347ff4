extension AdvertisingUser {
    /// The account with the customer through which this user works with it. That is the customer that owns the account
    /// where a role of this user there is good for it, else the customer of the role that lists it: an account that is
    /// linked to a manager account is refused under its owner's id. An account without an owner that no role lists belongs
    /// to the customer of the user's only role.
    package func reaching(_ account: AdvertiserAccount) -> AdvertiserAccount {
        var reached = account
        let own = roles.filter { $0.customerID == account.parentCustomerID }
        let listing = roles.first { $0.lists(account.id) }
        let isOwn = own.contains { $0.accountIDs.isEmpty || $0.lists(account.id) }
        reached.customerID = (isOwn ? nil : listing?.customerID) ?? account.parentCustomerID ?? onlyCustomerID
        return reached
    }

    /// nil where the user works for several customers.
    private var onlyCustomerID: String? {
        let customers = Set(roles.map(\.customerID))
        return customers.count == 1 ? customers.first : nil
    }
}

extension CustomerRole {
    fileprivate func lists(_ account: String) -> Bool {
        accountIDs.contains(account) || linkedAccountIDs.contains(account)
    }
}

extension AdvertiserAccount {
    /// Whether requests for it are served; true also where its status isn't told.
    package var isActive: Bool { status.map { $0 == "Active" } ?? true }

    /// The accounts that a person can mean by an id, a number or a name; capitals count only where two names differ by
    /// nothing else.
    package static func named(_ word: String, in list: [AdvertiserAccount]) -> [AdvertiserAccount] {
        let ways: [(AdvertiserAccount) -> Bool] = [
            { $0.id == word }, { $0.number?.lowercased() == word.lowercased() }, { $0.name == word },
            { $0.name?.lowercased() == word.lowercased() },
        ]
        return ways.lazy.map { list.filter($0) }.first { !$0.isEmpty } ?? []
    }
}
