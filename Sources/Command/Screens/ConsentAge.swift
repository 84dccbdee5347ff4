import APIContract
import Console
import FoundationEssentials
import Text

/// Warnings about the age of a consent: some providers keep a refresh token only for a limited time, such as 90 days.
enum ConsentAge {
    private static let day = 86_400.0
    /// The warning begins this many days before the limit.
    private static let early = 10

    /// The lines to print for a person; empty if there is nothing to warn of.
    static func notes(_ report: AccountReport, now: Date) -> [String] {
        if report.consentEndsSoon == true, let ends = report.consentExpiresAt {
            let left = Int(ends.timeIntervalSince(now))
            return [
                left > 0 ? "the consent ends in \(DurationText.short(left))" : "the consent has ended",
                "hint: run: valetkey login \(report.account)",
            ]
        }
        guard let limit = report.unusedLimit, let consentedAt = report.consentedAt else { return [] }
        let promised = limit / Int(day)
        let early = promised - early
        let unused = days(from: report.refreshedAt ?? consentedAt, to: now)
        if unused >= early {
            return [
                "the refresh token wasn't used for \(unused) days: the provider keeps it for \(promised)",
                "hint: run: valetkey refresh \(report.account)",
            ]
        }
        // Once a consent is older than the limit, it is known that refreshes extend it, so there is no warning.
        let age = days(from: consentedAt, to: now)
        guard (early..<promised).contains(age) else { return [] }
        return [
            "the consent is \(age) days old: some tenants ask for a new one after \(promised)",
            "hint: to be safe, run: valetkey login \(report.account)",
        ]
    }

    private static func days(from start: Date, to end: Date) -> Int {
        Int(end.timeIntervalSince(start) / day)
    }
}
