import APIContract
import Console
import FoundationEssentials
import Text

/// The shared store for people: its members, the fleet's hosts, and the shared accounts.
struct StoreScreen {
    let screen: Terminal
    let now: Date

    func lines(_ report: StoreReport) -> [String] {
        let tables = [
            (["MEMBER", "STATE", "LATENCY", "VERSION"], report.members.map(row)),
            (["HOST", "LAST SEEN", "VERSION", "KEYS"], report.hosts.map(row)),
            (["ACCOUNT", "VERSION", "REFRESHED BY", "WHEN"], report.accounts.map(row)),
        ]
        return head(report)
            + tables.filter { !$0.1.isEmpty }.flatMap { head, rows in
                [""] + Columns(screen: screen, head: head).lines(rows)
            }
    }

    /// The fleet, this host and its keys, and what is wrong.
    private func head(_ report: StoreReport) -> [String] {
        let old = report.opensWith.filter { $0 != report.sealsWith }.map(\.plain)
        let keys = report.sealsWith.map { key in
            "Sealed with the key \(key.plain)"
                + (old.isEmpty ? "." : "; also opened with \(old.joined(separator: ", ")).")
        }
        let problem = report.problem.map { problem in
            [problem.detail.plain] + (problem.hint.map { ["hint: \($0.plain)"] } ?? [])
        }
        let texts =
            ["Fleet \(report.fleet.plain), host \(report.hostName.plain) (\(report.host.plain))."]
            + [keys].compactMap(\.self)
            + (problem ?? []) + (report.accounts.isEmpty ? ["No account is shared."] : [])
        return texts.flatMap { Wrapping.lines($0, width: screen.columns) }
    }

    private func row(_ member: StoreReport.Member) -> Columns.Row {
        let state = member.reachable ? member.leader == true ? "leader" : "answers" : "no answer"
        return Columns.Row(
            [
                member.endpoint.plain, state, member.latencyMs.map { "\($0) ms" } ?? "-",
                (member.version ?? "-").plain,
            ],
            colours: [1: member.reachable ? .green : .red], notes: notes(member.problem))
    }

    private func row(_ host: StoreReport.Host) -> Columns.Row {
        let seen = host.own ? "this host" : host.seenAgo.map { "\(DurationText.short($0)) ago" } ?? "-"
        let keys = host.opensWith ?? [host.sealsWith].compactMap(\.self)
        let lacks = (host.lacks ?? []).map { key in
            Columns.Note("lacks the key \(key.plain): add it to old_keys in [store] there", .yellow)
        }
        return Columns.Row(
            [
                (host.name ?? host.host).plain, seen, (host.version ?? "-").plain,
                keys.isEmpty ? "-" : keys.map(\.plain).joined(separator: ", "),
            ], notes: lacks + notes(host.problem))
    }

    private func row(_ account: StoreReport.Account) -> Columns.Row {
        let share = account.share
        let age = account.refreshedAt.map { DurationText.short(max(0, Int(now.timeIntervalSince($0)))) }
        return Columns.Row(
            [
                account.account, "\(share.era).\(share.generation)", share.host.plain, age.map { "\($0) ago" } ?? "-",
            ],
            notes: ShareWords.troubles(share, of: account.account, now: now).map { Columns.Note($0) })
    }

    private func notes(_ problem: FailureReport?) -> [Columns.Note] {
        guard let problem else { return [] }
        return [Columns.Note(problem.detail.plain, .red)] + (problem.hint.map { ["hint: \($0.plain)"] } ?? [])
    }
}
