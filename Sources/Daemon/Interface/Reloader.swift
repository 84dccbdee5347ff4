import APIContract
import APIServer
import Accounts
import CLinux
import Configuration
import Failures
import Grants
import Logging
import Stores

/// Loads the configuration at the start and at each reload.
///
/// Loads run one at a time: each reads the file when its turn comes, and is complete before the next one begins. So the
/// newest file counts for every account, and each caller is told what was read for its own reload.
actor Reloader {
    /// The result of a reload, for the daemon's status and for the caller.
    struct Outcome: Sendable {
        var event: ConfigurationEvent
        var answer: Result<ReloadReport, Problem>
    }

    private let source: ConfigurationSource
    private let keeper: GrantKeeper
    private let consents: Consents
    private let notifier: Notifier
    private let eventCommand: EventCommand
    private let threshold: LogThreshold
    private let sockets: ExtraSockets
    private let policy: SandboxPolicy
    private let readLog: ReadLog
    private let keys: KeyHolder?
    private let tokenFiles: TokenFiles
    /// nil where nothing is shared with other hosts.
    private let presence: FleetPresence?
    private let events: EventBus
    private let log: Logger
    private let turns = Turns()
    /// The configuration that was loaded last, without the accounts, which the keeper holds.
    private var current = DaemonConfiguration()

    init(
        source: ConfigurationSource, keeper: GrantKeeper, consents: Consents, notifier: Notifier,
        eventCommand: EventCommand, threshold: LogThreshold, sockets: ExtraSockets, policy: SandboxPolicy,
        readLog: ReadLog, keys: KeyHolder? = nil, tokenFiles: TokenFiles,
        presence: FleetPresence? = nil, events: EventBus, log: Logger
    ) {
        self.source = source
        self.keeper = keeper
        self.consents = consents
        self.notifier = notifier
        self.eventCommand = eventCommand
        self.threshold = threshold
        self.sockets = sockets
        self.policy = policy
        self.readLog = readLog
        self.keys = keys
        self.tokenFiles = tokenFiles
        self.presence = presence
        self.events = events
        self.log = log
    }

    /// The table `[docker]`.
    var docker: DockerReport {
        DockerReport(
            registries: current.docker.sorted { $0.key < $1.key }.map { name, registry in
                RegistryReport(registry: name, account: registry.account, username: registry.username)
            })
    }

    /// Reads the file again. A file with errors changes nothing.
    func reload() async -> Outcome {
        await turns.run {
            let outcome = await load(source.read(), isReload: true)
            shim_give_back_memory()
            return outcome
        }
    }

    /// Applies the configuration that was read for the start.
    func start(_ report: ConfigurationReport) async -> Outcome {
        await turns.run { await load(report) }
    }

    private func load(_ report: ConfigurationReport, isReload: Bool = false) async -> Outcome {
        guard let configuration = report.configuration else {
            let event = ConfigurationEvent.refused(report.findings)
            events.publish(.configuration(event))
            let problem = Problem(
                .configurationError, report.findings.map { "\($0)" }.joined(separator: "\n"),
                hint: "correct the file, then run: valetkey reload")
            return Outcome(event: event, answer: .failure(problem))
        }
        var answer = await apply(configuration)
        if isReload { await reloadStore(configuration.store, &answer) }
        let event = ConfigurationEvent.loaded(accounts: configuration.accounts.count, warnings: report.findings)
        events.publish(.configuration(event))
        return Outcome(event: event, answer: .success(answer))
    }

    /// Takes up the keys of the shared store, and tells of what else has changed of it.
    private func reloadStore(_ store: StoreSettings?, _ answer: inout ReloadReport) async {
        var reload = StoreReload(needsRestart: store != nil)
        if let presence { reload = await presence.reload(store) }
        var notes: [String] = []
        if reload.hasNewKeys { answer.settings?.append("keys of [store]") }
        if reload.needsRestart {
            answer.settings?.append("store (from the next start on)")
            notes.append("[store] has changed; to take it up, run: systemctl --user restart valetkey")
        }
        if let fault = reload.fault {
            notes.append(
                "the keys in use stay: \(fault)" + (fault.hint.map { "; \($0)" } ?? ""))
        }
        answer.notes = notes.isEmpty ? nil : notes
        for note in notes { log.warning("\(note)") }
    }

    /// Applies every setting of the configuration at once; only [store] needs a restart.
    private func apply(_ configuration: DaemonConfiguration) async -> ReloadReport {
        var settings = configuration.changedSettings(since: current)
        current = configuration
        current.accounts = [:]
        threshold.level = Logger.Level(rawValue: configuration.logLevel.rawValue) ?? .info
        notifier.adopt(command: configuration.notifyCommand)
        eventCommand.adopt(command: configuration.eventCommand)
        consents.adopt(timeout: configuration.consentTimeout)
        readLog.adopt(expected: configuration.accounts.mapValues(\.expectedReaders))
        policy.adopt(servesSandboxed: configuration.servesSandboxed)
        let change = await configureKeeper(keys?.admit(configuration.accounts) ?? configuration.accounts)
        await tokenFiles.adopt(configuration.accounts)
        settings += await sockets.adopt(configuration.sockets).map { "sockets.\($0)" }
        return ReloadReport(
            added: change.added, removed: change.removed, changed: change.changed, unchanged: change.unchanged,
            settings: settings)
    }

    private func configureKeeper(_ accounts: [String: AccountSettings]) async -> GrantKeeper.Change {
        let change = await keeper.configure(accounts)
        for (account, failure) in change.failures.sorted(by: { $0.key < $1.key }) {
            let fields = failure.fields.merging(["account": account]) { $1 }
            log.warning("the stored grant can't be used", metadata: fields.mapValues { "\($0)" })
        }
        return change
    }

    // MARK: - The key

    /// Loads the accounts that were withheld while the key was locked.
    func release() async {
        await turns.run {
            if let accounts = keys?.takeWithheld() { _ = await configureKeeper(accounts) }
        }
    }

    /// Takes all accounts out of the keeper, and returns once nothing of theirs is under way any more: a code that is
    /// being redeemed and a refresh still lead to a stored grant.
    func withhold() async {
        await turns.run {
            let accounts = keeper.accounts
            for account in accounts {
                let name = account.settings.name
                consents.cancel(name)
                _ = await consents.consent(of: name, wait: Self.longestRedemption)
            }
            _ = keys?.admit(Dictionary(accounts.map { ($0.settings.name, $0.settings) }) { $1 })
            _ = await keeper.configure([:])
            await keeper.settle()
            shim_give_back_memory()
        }
    }

    private static let longestRedemption = Duration.seconds(120)
}

extension DaemonConfiguration {
    /// The keys of `[daemon]` whose values have changed.
    fileprivate func changedSettings(since before: DaemonConfiguration) -> [String] {
        [
            ("consent_timeout", consentTimeout != before.consentTimeout),
            ("notify_command", notifyCommand != before.notifyCommand),
            ("event_command", eventCommand != before.eventCommand), ("log_level", logLevel != before.logLevel),
            ("docker", docker != before.docker),
            ("sandboxed_callers", servesSandboxed != before.servesSandboxed),
            ("key (from the next start on)", key != before.key),
        ].filter(\.1).map(\.0)
    }
}
