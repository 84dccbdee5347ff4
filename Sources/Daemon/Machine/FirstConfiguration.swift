import Configuration
import Synchronization

/// Holds the configuration that was read for the start until it is taken, so that thousands of accounts aren't kept in
/// memory twice.
final class FirstConfiguration: Sendable {
    private let report: Mutex<ConfigurationReport>

    init(_ report: ConfigurationReport) {
        self.report = Mutex(report)
    }

    /// Returns the configuration, and an empty one on later calls.
    func take() -> ConfigurationReport {
        report.withLock { report in
            defer { report = ConfigurationReport(findings: []) }
            return report
        }
    }
}
