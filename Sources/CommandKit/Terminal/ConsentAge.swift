import FoundationEssentials
import SocketContract

/// The age of a consent, where it begins to matter: Microsoft promises its refresh tokens for 90 days.
enum ConsentAge {
    private static let day = 86_400.0
    private static let promised = 90
    private static let early = 80

    /// Lines for a person; none where nothing is near.
    static func notes(_ report: AccountReport, now: Date) -> [String] {
        guard isOfMicrosoft(report), let consentedAt = report.consentedAt else { return [] }
        let unused = days(from: report.refreshedAt ?? consentedAt, to: now)
        if unused >= early {
            return [
                "the refresh token has lain unused for \(unused) days: Microsoft promises \(promised)",
                "hint: valetkey refresh \(report.account)",
            ]
        }
        // Past the 90 days the renewals themselves have shown that they carry the consent on.
        let age = days(from: consentedAt, to: now)
        guard (early..<promised).contains(age) else { return [] }
        return [
            "the consent is \(age) days old: Microsoft promises \(promised), and some tenants ask for a new one then",
            "hint: to be on the safe side: valetkey login \(report.account)",
        ]
    }

    private static func isOfMicrosoft(_ report: AccountReport) -> Bool {
        guard let provider = report.provider else { return false }
        return provider.hasPrefix("microsoft") && provider != "microsoft-advertising-google"
    }

    private static func days(from start: Date, to end: Date) -> Int {
        Int(end.timeIntervalSince(start) / day)
    }
}
