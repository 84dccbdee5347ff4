import Configuration
import Synchronization

/// The configuration that the daemon starts with. It is let go when it is taken, so that thousands of accounts don't
/// stay in memory twice.
final class FirstConfiguration: Sendable {
    private let report: Mutex<ConfigurationReport>

    init(_ report: ConfigurationReport) {
        self.report = Mutex(report)
    }

    /// Empty after the first time.
    func take() -> ConfigurationReport {
        report.withLock { report in
            defer { report = ConfigurationReport(findings: []) }
            return report
        }
    }
}
