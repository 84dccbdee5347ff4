import Configuration

/// The result of reading the configuration file.
enum ConfigurationEvent: Sendable, Equatable {
    case loaded(accounts: Int, warnings: [Finding])
    /// The file has errors, and the previous configuration stays in effect.
    case refused([Finding])

    /// One line for the service manager that says what configuration is in effect.
    var status: String {
        switch self {
        case .loaded(let accounts, _): "Serving tokens of \(accounts) \(accounts == 1 ? "account" : "accounts")"
        case .refused(let findings):
            "Configuration not loaded, the one before it stays: \(findings.first.map { "\($0)" } ?? "no reason known")"
        }
    }
}
