import Configuration

/// What came of reading the configuration file.
enum ConfigurationEvent: Sendable, Equatable {
    case loaded(accounts: Int, warnings: [Finding])
    /// The configuration before it stays.
    case refused([Finding])

    /// What the daemon is doing since then, in one line for its service manager.
    var status: String {
        switch self {
        case .loaded(let accounts, _): "Serving tokens of \(accounts) \(accounts == 1 ? "account" : "accounts")"
        case .refused(let findings):
            "Configuration not loaded, the one before it stays: \(findings.first.map { "\($0)" } ?? "no reason known")"
        }
    }
}
