/// The account keys that [defaults] sets for all accounts.
///
/// If [defaults] names a provider or an issuer, an account that names a different one takes no default at all.
struct AccountDefaults {
    private(set) var values: [String: TOMLNode] = [:]
    /// Whether accounts can be shared: the main file has a store.
    var hasStore = false

    init() {}

    /// The values in a file's [defaults], which override those in `common`. `known` are the valid account keys.
    init(_ table: TableReader?, over common: AccountDefaults, known: [String]) {
        (values, hasStore) = (common.values, common.hasStore)
        guard let table else { return }
        table.refuseUnknownKeys(known)
        for (key, value) in table.values where known.contains(key) { values[key] = value }
    }

    /// Returns the account's table, completed with the defaults for the keys that it doesn't set.
    func fill(_ account: TableReader) -> TableReader {
        guard !values.isEmpty, !isOfItsOwn(account) else { return account }
        let missing = values.filter { !account.has($0.key) }
        return TableReader(
            path: account.path, values: account.values.merging(missing) { own, _ in own }, findings: account.findings,
            inherited: Set(missing.keys))
    }

    private func isOfItsOwn(_ account: TableReader) -> Bool {
        let servers = ["provider", "issuer"]
        guard servers.contains(where: { values[$0] != nil }) else { return false }
        return servers.contains { account.has($0) && !Self.isSame(account.values[$0], values[$0]) }
    }

    private static func isSame(_ one: TOMLNode?, _ other: TOMLNode?) -> Bool {
        if case (.string(let one), .string(let other)) = (one, other) { one == other } else { false }
    }
}
