import APIContract
import FoundationEssentials

/// The age of a consent, where it begins to matter: some providers promise to keep a refresh token for 90 days, say.
enum ConsentAge {
    private static let day = 86_400.0
    /// Days before the promise runs out from which on it is told.
    private static let early = 10

    /// Lines for a person; none where nothing is near.
    static func notes(_ report: AccountReport, now: Date) -> [String] {
        guard let limit = report.unusedLimit, let consentedAt = report.consentedAt else { return [] }
        let promised = limit / Int(day)
        let early = promised - early
        let unused = days(from: report.refreshedAt ?? consentedAt, to: now)
        if unused >= early {
            return [
                "the refresh token has lain unused for \(unused) days: the provider promises \(promised)",
                "hint: valetkey refresh \(report.account)",
            ]
        }
        // Past the 90 days the renewals themselves have shown that they carry the consent on.
        let age = days(from: consentedAt, to: now)
        guard (early..<promised).contains(age) else { return [] }
        return [
            "the consent is \(age) days old: the provider promises \(promised), and some tenants ask for a new one then",
            "hint: to be on the safe side: valetkey login \(report.account)",
        ]
    }

    private static func days(from start: Date, to end: Date) -> Int {
        Int(end.timeIntervalSince(start) / day)
    }
}
