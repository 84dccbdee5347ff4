import APIContract
import FoundationEssentials
import Text

/// Warnings about a client's secret that expires soon (RFC 7591 section 3.2.1).
enum SecretAge {
    private static let early = 30 * 86_400

    /// The lines to print for a person; empty if there is nothing to warn of.
    static func notes(_ report: AccountReport, now: Date) -> [String] {
        guard let expires = report.clientExpiresAt else { return [] }
        let left = Int(expires.timeIntervalSince(now))
        guard left < early else { return [] }
        return [
            left > 0 ? "the client's secret expires in \(DurationText.short(left))" : "the client's secret has expired",
            "hint: get a new one for [accounts.\(report.account)], or remove the account and run: valetkey setup",
        ]
    }
}
