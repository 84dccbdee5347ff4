import APIContract
import Configuration
import Text

/// The account that was named doesn't exist.
package struct NoSuchAccount: Error, Sendable, Equatable {
    package var name: String
    /// Accounts with similar names.
    package var near: [String]

    package init(name: String, near: [String]) {
        self.name = name
        self.near = near
    }
}

extension Facts {
    /// Throws if the account is known neither to the configuration nor to the daemon, and the configuration can be read.
    func check(_ account: String) throws(NoSuchAccount) {
        guard let configured = configuration.report.configuration?.accounts.keys else { return }
        let names = Set(configured).union(socket.accounts.value?.map(\.account) ?? [])
        guard !names.contains(account) else { return }
        throw NoSuchAccount(name: account, near: NearestName.near(account, in: names))
    }
}
