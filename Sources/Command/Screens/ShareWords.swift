import APIContract
import FoundationEssentials
import Text

/// What `valetkey status` says of a grant that several hosts share.
enum ShareWords {
    static func notes(_ report: AccountReport, now: Date) -> [String] {
        guard let share = report.share else { return [] }
        let age = report.refreshedAt.map { " \(DurationText.short(max(0, Int(now.timeIntervalSince($0))))) ago" } ?? ""
        return ["shared, refreshed by \(share.host.plain)\(age)"] + troubles(share, of: report.account, now: now)
    }

    /// What keeps the grant from being refreshed or published.
    static func troubles(_ share: ShareReport, of account: String, now: Date) -> [String] {
        var notes: [String] = []
        if let claim = share.claim, !claim.own { notes.append(words(claim, account, now: now)) }
        if share.unpublished { notes.append("the newest grant isn't in the shared store yet") }
        if let since = share.unreachableSince {
            let why = share.problem.map { ": \($0.detail.plain)" } ?? ""
            notes.append("the shared store hasn't answered for \(seconds(since, now))\(why)")
        } else if let problem = share.problem {
            notes.append(problem.detail.plain)
            if let hint = problem.hint { notes.append("hint: \(hint.plain)") }
        }
        return notes
    }

    /// What a logout adds where the other hosts don't know of it yet; nil where they do.
    static func logoutNote(_ report: AccountReport) -> String? {
        guard let share = report.share, share.unpublished, let problem = share.problem else { return nil }
        return "The other hosts learn of it once the shared store can be used again: \(problem.detail.plain)"
    }

    private static func words(_ claim: ShareReport.Claim, _ account: String, now: Date) -> String {
        let host = claim.host.plain
        guard claim.inDoubt else { return "waiting: \(host) has been refreshing for \(seconds(claim.since, now))" }
        let end = claim.takenOverAt.map { ", taken over in \(seconds(now, $0))" } ?? ""
        return "in doubt: \(host) began a refresh \(seconds(claim.since, now)) ago\(end) "
            + "(or: valetkey store take \(account))"
    }

    private static func seconds(_ start: Date, _ end: Date) -> String {
        DurationText.short(max(0, Int(end.timeIntervalSince(start))))
    }
}
