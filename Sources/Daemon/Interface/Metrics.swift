import APIContract
import Accounts
import FoundationEssentials
import Grants
import Text

/// Measurements in Prometheus's text format (exposition format 0.0.4).
struct Metrics {
    private(set) var text = ""

    /// `register` is nil where nothing is shared with other hosts.
    init(
        _ accounts: [GrantKeeper.Account], _ reports: [AccountReport], events: [EventCounts.Kind: Int],
        register: RegisterTally? = nil, uptime: Int
    ) {
        add("valetkey_build_info", "gauge", "The version.", [(["version": Version.current], 1)])
        add("valetkey_uptime_seconds", "gauge", "Seconds since the start.", [([:], uptime)])
        add(
            "valetkey_account_state", "gauge", "1 for the state that the account is in.",
            reports.map { (["account": $0.account, "state": $0.state.rawValue], 1) })
        add(
            "valetkey_token_expires_in_seconds", "gauge", "Seconds until the access token expires.",
            reports.compactMap { report in report.expiresIn.map { (["account": report.account], max(0, $0)) } })
        add(
            "valetkey_next_refresh_in_seconds", "gauge", "Seconds until the next refresh.",
            reports.compactMap { report in report.nextRefreshIn.map { (["account": report.account], $0) } })
        add(
            "valetkey_grant_unsaved", "gauge", "1 where the newest grant is only in memory.",
            reports.map { (["account": $0.account], $0.unsaved ? 1 : 0) })
        add(
            "valetkey_readers_waiting", "gauge", "Readers that wait for a token.",
            accounts.map { (["account": $0.settings.name], $0.machine.waiting) })
        let counts = events.sorted { ($0.key.event, $0.key.code ?? "") < ($1.key.event, $1.key.code ?? "") }
        add(
            "valetkey_events_total", "counter", "What has happened since the start, by kind and code of the failure.",
            counts.map { (["event": $0.key.event, "code": $0.key.code ?? ""], $0.value) })
        if let register { add(register, reports) }
    }

    private mutating func add(_ register: RegisterTally, _ reports: [AccountReport]) {
        add(
            "valetkey_store_reachable", "gauge", "1 where the newest request to the shared store was answered.",
            register.isReachable.map { [([:], $0 ? 1 : 0)] } ?? [])
        add(
            "valetkey_store_requests_total", "counter", "Requests to the shared store since the start, by result.",
            RegisterTally.Result.allCases.map { (["result": $0.rawValue], register.requests[$0] ?? 0) })
        add(
            "valetkey_store_claims_total", "counter",
            "Claims of this host on a refresh since the start, by whether another host was faster.",
            [(["result": "won"], register.won), (["result": "lost"], register.lost)])
        add(
            "valetkey_grant_unpublished", "gauge", "1 where the shared store lacks the newest grant of this host.",
            reports.compactMap { report in
                report.share.map { (["account": report.account], $0.unpublished ? 1 : 0) }
            })
    }

    private mutating func add(_ name: String, _ type: String, _ help: String, _ values: [([String: String], Int)]) {
        guard !values.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
        for (labels, value) in values {
            let words = labels.filter { !$1.isEmpty }.sorted { $0.key < $1.key }.map { "\($0)=\"\(Self.escape($1))\"" }
            text += name + (words.isEmpty ? "" : "{\(words.joined(separator: ","))}") + " \(value)\n"
        }
    }

    private static func escape(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
