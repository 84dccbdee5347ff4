import APIContract
import Accounts
import CLinux
import Configuration
import Failures
import Grants
import Logging

/// Takes up the configuration, at the start and again whenever it has changed.
actor Reloader {
    private let source: ConfigurationSource
    private let keeper: GrantKeeper
    private let consents: Consents
    private let notifier: Notifier
    private let threshold: LogThreshold
    private let log: Logger
    /// What was taken up last, but for the accounts: those are the keeper's.
    private var current = DaemonConfiguration()

    init(
        source: ConfigurationSource, keeper: GrantKeeper, consents: Consents, notifier: Notifier,
        threshold: LogThreshold, log: Logger
    ) {
        self.source = source
        self.keeper = keeper
        self.consents = consents
        self.notifier = notifier
        self.threshold = threshold
        self.log = log
    }

    /// Reads the file anew. One that has errors changes nothing.
    func reload() async -> Result<ReloadReport, Problem> {
        do throws(StartFault) {
            let configuration = try source.load(log: log)
            let report = await adopt(configuration)
            shim_give_back_memory()
            return .success(report)
        } catch {
            log.error("the configuration has errors and was not taken up", metadata: ["findings": "\(error)"])
            return .failure(
                Problem(
                    .configurationError, "\(error)",
                    hint: "correct the file, then run: valetkey reload"))
        }
    }

    /// Takes up all that a file can hold: nothing waits for a new start.
    func adopt(_ configuration: DaemonConfiguration) async -> ReloadReport {
        let settings = configuration.changedSettings(since: current)
        current = configuration
        current.accounts = [:]
        threshold.level = Logger.Level(rawValue: configuration.logLevel.rawValue) ?? .info
        notifier.adopt(command: configuration.notifyCommand)
        consents.adopt(timeout: configuration.consentTimeout)
        let change = await keeper.configure(configuration.accounts)
        for (account, failure) in change.failures.sorted(by: { $0.key < $1.key }) {
            log.warning("\(failure.detail)", metadata: ["account": "\(account)", "hint": "\(failure.hint ?? "")"])
        }
        log.info("configuration taken up", metadata: ["accounts": "\(configuration.accounts.count)"])
        return ReloadReport(
            added: change.added, removed: change.removed, changed: change.changed, unchanged: change.unchanged,
            settings: settings)
    }
}

extension DaemonConfiguration {
    /// The keys of `[daemon]` that mean something else than before.
    fileprivate func changedSettings(since before: DaemonConfiguration) -> [String] {
        [
            ("consent_timeout", consentTimeout != before.consentTimeout),
            ("notify_command", notifyCommand != before.notifyCommand), ("log_level", logLevel != before.logLevel),
        ].filter(\.1).map(\.0)
    }
}

/// Where the configuration comes from.
struct ConfigurationSource: Sendable {
    let path: String
    /// Whether the user has named the file: then it must be there.
    let isNamed: Bool
    let catalogue: ProviderCatalogue

    /// The configuration; its warnings go to the log, its errors into the fault.
    func load(log: Logger) throws(StartFault) -> DaemonConfiguration {
        let report = ConfigurationFile.load(path: path, catalogue: catalogue)
        guard let configuration = report.configuration else {
            throw .configuration(report.findings.map { "\($0)" })
        }
        for finding in report.findings { log.warning("\(finding)") }
        return configuration
    }
}
