import Configuration
import Grants
import Logging
import SocketContract

/// Takes up the configuration, at the start and again whenever it has changed.
actor Reloader {
    private let source: ConfigurationSource
    private let keeper: GrantKeeper
    private let desk: ConsentDesk
    private let log: Logger

    init(source: ConfigurationSource, keeper: GrantKeeper, desk: ConsentDesk, log: Logger) {
        self.source = source
        self.keeper = keeper
        self.desk = desk
        self.log = log
    }

    /// Reads the file anew. One that has errors changes nothing.
    func reload() async -> Result<ReloadReport, Problem> {
        do throws(StartFault) {
            let configuration = try source.load(log: log)
            return .success(await adopt(configuration))
        } catch {
            log.error("the configuration has errors and was not taken up", metadata: ["findings": "\(error)"])
            return .failure(
                Problem(
                    status: 409, title: "Configuration error", code: .configurationError, detail: "\(error)",
                    hint: "correct the file, then run: valetkey reload"))
        }
    }

    func adopt(_ configuration: DaemonConfiguration) async -> ReloadReport {
        let change = await keeper.configure(configuration.accounts)
        await desk.adopt(timeout: configuration.consentTimeout)
        for (account, failure) in change.failures.sorted(by: { $0.key < $1.key }) {
            log.warning("\(failure.detail)", metadata: ["account": "\(account)", "hint": "\(failure.hint ?? "")"])
        }
        log.info("configuration taken up", metadata: ["accounts": "\(configuration.accounts.count)"])
        return ReloadReport(
            added: change.added, removed: change.removed, changed: change.changed, unchanged: change.unchanged)
    }
}

/// Where the configuration comes from.
struct ConfigurationSource: Sendable {
    let path: String
    /// Whether the user has named the file: then it must be there.
    let isNamed: Bool

    /// The configuration; its warnings go to the log, its errors into the fault.
    func load(log: Logger) throws(StartFault) -> DaemonConfiguration {
        let report = ConfigurationFile.load(path: path)
        guard let configuration = report.configuration else {
            throw .configuration(report.findings.map { "\($0)" })
        }
        for finding in report.findings { log.warning("\(finding)") }
        return configuration
    }
}
