import Accounts
import Grants
import OAuth

/// The users who have consented, with their accounts.
struct Persons {
    private var accounts: [Identity: [String]] = [:]

    init(_ all: [GrantKeeper.Account]) {
        for account in all {
            guard let person = account.machine.grant?.identity?.person else { continue }
            accounts[person, default: []].append(account.settings.name)
        }
    }

    /// Returns the other accounts of the same user, sorted by name; nil if there are none.
    func others(than account: String, with identity: Identity?) -> [String]? {
        guard let person = identity?.person else { return nil }
        let others = (accounts[person] ?? []).filter { $0 != account }.sorted()
        return others.isEmpty ? nil : others
    }
}
