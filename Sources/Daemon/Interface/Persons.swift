import Accounts
import Grants
import OAuth

/// Who has consented for which accounts.
struct Persons {
    private var accounts: [Identity: [String]] = [:]

    init(_ all: [GrantKeeper.Account]) {
        for account in all {
            guard let person = account.machine.grant?.identity?.person else { continue }
            accounts[person, default: []].append(account.settings.name)
        }
    }

    /// The other accounts of a user, in order of name; nil where there are none.
    func others(than account: String, with identity: Identity?) -> [String]? {
        guard let person = identity?.person else { return nil }
        let others = (accounts[person] ?? []).filter { $0 != account }.sorted()
        return others.isEmpty ? nil : others
    }
}
