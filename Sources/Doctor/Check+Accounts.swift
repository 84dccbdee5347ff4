import APIContract
import Configuration
import FoundationEssentials
import Text

/// Checks of the configuration and of each account.
extension Check {
    static func configuration(_ facts: Facts) -> [Diagnosis] {
        let report = facts.configuration.report
        guard let path = facts.configuration.path else {
            return [
                Diagnosis(
                    "configuration", .wrong, lookedAt: "XDG_CONFIG_HOME and HOME", found: "neither names a folder",
                    remedy: "set HOME")
            ]
        }
        let findings = report.findings.map { finding in
            Diagnosis(
                "configuration", finding.severity == .error ? .wrong : .warning,
                lookedAt: finding.position.map { "\(finding.file):\($0.line):\($0.column)" } ?? finding.file,
                found: finding.message, remedy: finding.hint ?? "valetkey config check")
        }
        guard let configuration = report.configuration, findings.isEmpty else { return findings }
        let count = configuration.accounts.count
        return [
            Diagnosis(
                "configuration", .ok, lookedAt: path, found: count == 1 ? "1 account" : "\(count) accounts")
        ]
    }

    /// The daemon keeps the configuration that it has loaded, even where the file has changed.
    static func loaded(_ facts: Facts) -> [Diagnosis] {
        guard let configured = facts.configuration.report.configuration,
            let running = facts.socket.accounts.value
        else { return [] }
        let (written, known) = (Set(configured.accounts.keys), Set(running.map(\.account)))
        let differing = written.symmetricDifference(known).sorted()
        guard !differing.isEmpty else {
            return [Diagnosis("loaded", .ok, lookedAt: "the daemon's accounts", found: "they are those of the file")]
        }
        return [
            Diagnosis(
                "loaded", .wrong, lookedAt: "the daemon's accounts",
                found: "the file was changed since it was loaded: \(people(differing))", remedy: "valetkey reload")
        ]
    }

    static func accounts(_ facts: Facts) -> [Diagnosis] {
        switch facts.socket.accounts {
        case .unseen(let reason): return [.unknown("account", "the accounts", reason)]
        case .seen(let reports): return reports.flatMap { [account($0)] + consentEnd($0) + secretEnd($0, facts.now) }
        }
    }

    private static func account(_ report: AccountReport) -> Diagnosis {
        let (name, error) = (report.account, report.lastError)
        func result(_ state: Diagnosis.State, _ found: String, _ remedy: String? = nil) -> Diagnosis {
            Diagnosis(
                "account", state, account: name, lookedAt: name, found: error?.detail.plain ?? found,
                remedy: state == .ok ? nil : error?.hint?.plain ?? remedy)
        }
        switch report.state {
        case .active where error != nil, .refreshing where error != nil:
            return result(.warning, "", "valetkey status \(name)")
        case .active: return result(.ok, "it has a valid token")
        case .refreshing: return result(.ok, "a token is being fetched")
        case .consentPending: return result(.warning, "a login is under way", "valetkey login \(name)")
        case .retrying:
            return result(.warning, "refreshes fail, and the token is still valid", "valetkey refresh \(name)")
        case .noGrant: return result(.wrong, "nobody has logged in", "valetkey login \(name)")
        case .consentRequired: return result(.wrong, "the login has ended", "valetkey login \(name)")
        case .unavailable: return result(.wrong, "there is no token at the moment", "valetkey refresh \(name)")
        case .locked: return result(.warning, "the stored grants are locked", "valetkey unlock")
        case .configurationError: return result(.wrong, "the server refuses the client", "valetkey config check")
        }
    }

    private static func consentEnd(_ report: AccountReport) -> [Diagnosis] {
        guard report.consentEndsSoon == true else { return [] }
        return [
            Diagnosis(
                "account", .warning, account: report.account, lookedAt: report.account,
                found: "the login ends soon, and refreshes don't put that off",
                remedy: "valetkey login \(report.account)")
        ]
    }

    private static func secretEnd(_ report: AccountReport, _ now: Date) -> [Diagnosis] {
        guard let expires = report.clientExpiresAt, expires < now + 30 * 86_400 else { return [] }
        let isOver = expires <= now
        return [
            Diagnosis(
                "account", isOver ? .wrong : .warning, account: report.account,
                lookedAt: "the client secret of \(report.account)",
                found: isOver ? "it has expired (client_secret_expires)" : "it expires within 30 days",
                remedy: "get a new one and correct client_secret_expires of [accounts.\(report.account)]")
        ]
    }

    static func scopes(_ facts: Facts) -> [Diagnosis] {
        (facts.socket.accounts.value ?? []).compactMap { report in
            guard let missing = report.missingScope, !missing.isEmpty else { return nil }
            return Diagnosis(
                "scopes", .wrong, account: report.account, lookedAt: "the scope of \(report.account)'s token",
                found: "not granted: \(missing.joined(separator: " ").plain)",
                remedy: "valetkey login \(report.account)")
        }
    }

    static func tokenFiles(_ facts: Facts) -> [Diagnosis] {
        (facts.socket.accounts.value ?? []).flatMap { report in
            (report.tokenFiles ?? []).map { file in
                Diagnosis(
                    "token_files", file.lastError == nil ? .ok : .wrong, account: report.account,
                    lookedAt: file.path.plain,
                    found: file.lastError?.detail.plain
                        ?? (file.written ? "it has the newest token" : "there is no token to write"),
                    remedy: file.lastError.map { $0.hint?.plain ?? "valetkey reload" })
            }
        }
    }

    /// A login that failed. A server that doesn't know the redirect URI shows that on its own page only, so a login that
    /// nobody answered may mean it.
    static func lastLogin(_ facts: Facts) -> [Diagnosis] {
        facts.socket.consents.sorted { $0.key < $1.key }.compactMap { name, consent in
            switch consent.state {
            case .failed, .refused:
                Diagnosis(
                    "last_login", .warning, account: name, lookedAt: "the last login of \(name)",
                    found: consent.error?.detail.plain ?? "it was refused",
                    remedy: consent.error?.hint?.plain ?? "valetkey login \(name)")
            case .expired:
                Diagnosis(
                    "last_login", .warning, account: name, lookedAt: "the last login of \(name)",
                    found:
                        "nobody answered it in time; if the server's page shows an error, its redirect URI may not be "
                        + "registered (\((consent.redirectURI ?? "redirect_uri").plain))",
                    remedy: "valetkey explain --account \(name) ERROR")
            case .pending, .redeeming, .granted, .cancelled: nil
            }
        }
    }
}
