extension StoreReport: ContractType {
    package static let schema = ObjectSchema(
        "Store", "The store that hosts share, and what is in it.",
        [
            .always("kind", .string),
            .always("fleet", .string, "The name that the hosts have in common."),
            .always("host", .string, "Identifies this host across restarts."),
            .always("host_name", .string),
            .maybe("seals_with", .string, "The id of the key with which this host seals."),
            .always("opens_with", .list(.string), "The ids of all keys that this host has."),
            .maybe("problem", .object(FailureReport.schema), "Why the keys or the hosts can't be read."),
            .always("members", .list(.object(Member.schema))),
            .always("hosts", .list(.object(Host.schema)), "Those that were seen in the last 30 days."),
            .always("accounts", .list(.object(Account.schema))),
        ])
}

extension StoreReport.Member: ContractType {
    package static let schema = ObjectSchema(
        "StoreMember", "A member of the shared store.",
        [
            .always("endpoint", .string),
            .always("reachable", .boolean),
            .maybe("leader", .boolean),
            .maybe("latency_ms", .integer, "Milliseconds until it had answered."),
            .maybe("version", .string),
            .maybe("problem", .object(FailureReport.schema)),
        ])
}

extension StoreReport.Host: ContractType {
    package static let schema = ObjectSchema(
        "StoreHost", "A host of the fleet, as it has said itself.",
        [
            .always("host", .string, "Identifies the host across restarts."),
            .always("own", .boolean, "Whether it is the one that answers."),
            .maybe("name", .string),
            .maybe("version", .string),
            .maybe("seen_at", .date),
            .maybe("seen_ago", .integer, "Seconds, by the store's clock."),
            .maybe("seals_with", .string, "The id of the key with which it seals."),
            .maybe("opens_with", .list(.string), "The ids of all keys that it has."),
            .maybe("lacks", .list(.string), "The ids of the keys of the answering host that it hasn't."),
            .maybe("problem", .object(FailureReport.schema), "Why nothing is known of it."),
        ])
}

extension StoreReport.Account: ContractType {
    package static let schema = ObjectSchema(
        "StoreAccount", "A shared account.",
        [
            .always("account", .string),
            .maybe("refreshed_at", .date),
            .always("share", .object(ShareReport.schema)),
        ])
}
