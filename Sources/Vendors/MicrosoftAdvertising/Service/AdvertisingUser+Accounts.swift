extension AdvertisingUser {
    /// Returns the account with the customer id that this user's requests must name. That is the account's owner if one
    /// of the user's roles there covers the account, else the customer of the role that lists it: for an account linked
    /// to a manager account, requests with the owner's id are refused. An account that has no owner and is listed by no
    /// role gets the only customer of the user.
    package func reaching(_ account: AdvertiserAccount) -> AdvertiserAccount {
        var reached = account
        let own = roles.filter { $0.customerID == account.parentCustomerID }
        let listing = roles.first { $0.lists(account.id) }
        let isOwn = own.contains { $0.accountIDs.isEmpty || $0.lists(account.id) }
        reached.customerID = (isOwn ? nil : listing?.customerID) ?? account.parentCustomerID ?? onlyCustomerID
        return reached
    }

    /// Whether requests with this customer's id may be for the account: a role there lists it, or covers all accounts
    /// that the customer owns. True where the account's owner isn't known.
    package func reaches(_ account: AdvertiserAccount, through customer: String) -> Bool {
        roles.contains { role in
            guard role.customerID == customer else { return false }
            let isOwn = account.parentCustomerID.map { $0 == customer } ?? true
            return role.lists(account.id) || (role.accountIDs.isEmpty && isOwn)
        }
    }

    /// nil if the user has roles for several customers.
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
    /// Whether the service accepts requests for the account; true if its status is unknown.
    package var isActive: Bool { status.map { $0 == "Active" } ?? true }

    /// The accounts with this id, number or name. Case is ignored unless a name matches exactly.
    package static func named(_ word: String, in list: [AdvertiserAccount]) -> [AdvertiserAccount] {
        let ways: [(AdvertiserAccount) -> Bool] = [
            { $0.id == word }, { $0.number?.lowercased() == word.lowercased() }, { $0.name == word },
            { $0.name?.lowercased() == word.lowercased() },
        ]
        return ways.lazy.map { list.filter($0) }.first { !$0.isEmpty } ?? []
    }
}
