import Accounts
import OAuth
import Text

/// Reads the configuration from a document's tables.
struct ConfigurationReader {
    let findings: FindingCollector
    let catalogue: ProviderCatalogue
    /// Whether the file is included by another one; then it may contain accounts and defaults only.
    var isIncluded = false

    /// On entry `defaults` are those of the including file; on return this file's own defaults are added and take
    /// precedence.
    func configuration(_ root: TOMLBranch, defaults: inout AccountDefaults) -> DaemonConfiguration {
        let tables = TableReader(path: [], values: root.values, findings: findings)
        refuseUnknownTables(tables.values)
        var configuration = DaemonConfiguration()
        if !isIncluded {
            if let daemon = tables.table("daemon") { read(daemon, into: &configuration) }
            configuration.include = include(tables)
            configuration.sockets = sockets(tables)
            configuration.store = tables.table("store").flatMap { StoreReader(table: $0).settings() }
            defaults.hasStore = configuration.store != nil
            configuration.docker = tables.table("docker").map { DockerReader(table: $0).registries() } ?? [:]
        }
        defaults = AccountDefaults(
            tables.table("defaults"), over: defaults, known: AccountReader.allKeys(catalogue))
        let mayBeEmpty = isIncluded || !configuration.include.isEmpty
        for (name, settings) in accounts(tables, defaults, mayBeEmpty: mayBeEmpty) {
            configuration.accounts[name] = settings
        }
        return configuration
    }

    /// The files and folders to include, which an empty list may name none of.
    private func include(_ tables: TableReader) -> [String] {
        if case .array(let places) = tables.values["include"], places.isEmpty { return [] }
        return tables.texts("include") ?? []
    }

    static let daemonKeys = [
        "consent_timeout", "notify_command", "event_command", "log_level", "sandboxed_callers", "key",
    ]

    private func refuseUnknownTables(_ root: [String: TOMLNode]) {
        let known = ["accounts", "defaults"] + (isIncluded ? [] : ["daemon", "docker", "include", "sockets", "store"])
        let places =
            isIncluded
            ? "an included file holds [accounts.NAME]"
            : "a file holds [accounts.NAME], [sockets.NAME], [store], [docker] and [daemon]"
        for (name, node) in root where !known.contains(name) {
            let kind = if case .table = node { "table" } else { "key" }
            let near = NearestName.nearest(to: name, in: known).map { "did you mean \($0.quoted)?" }
            findings.add(
                "unknown \(kind) \(name.quoted)", at: [name], hint: near ?? places)
        }
    }

    private func read(_ daemon: TableReader, into configuration: inout DaemonConfiguration) {
        daemon.refuseUnknownKeys(Self.daemonKeys)
        if let timeout = daemon.duration("consent_timeout", in: .seconds(10) ... .seconds(86_400)) {
            configuration.consentTimeout = timeout
        }
        if case .array(let words) = daemon.values["notify_command"], words.isEmpty {
            configuration.notifyCommand = []
        } else {
            configuration.notifyCommand = daemon.command("notify_command")
        }
        configuration.eventCommand = daemon.command("event_command")
        if let level = daemon.choice("log_level", of: LogLevel.allCases.map(\.rawValue)).flatMap(LogLevel.init) {
            configuration.logLevel = level
        }
        configuration.key = daemon.choice("key", of: KeyKind.allCases.map(\.rawValue)).flatMap(KeyKind.init)
        if let word = daemon.choice("sandboxed_callers", of: ["refuse", "serve"]) {
            configuration.servesSandboxed = word == "serve"
        }
    }

    private func sockets(_ tables: TableReader) -> [String: SocketSettings] {
        guard let sockets = tables.table("sockets") else { return [:] }
        var found: [String: SocketSettings] = [:]
        for name in sockets.values.keys {
            guard let table = sockets.table(name) else { continue }
            found[name] = SocketReader(name: name, table: table, catalogue: catalogue).settings()
        }
        return found
    }

    private func accounts(
        _ tables: TableReader, _ defaults: AccountDefaults, mayBeEmpty: Bool
    ) -> [(String, AccountSettings)] {
        guard tables.values["accounts"] != nil else {
            if mayBeEmpty { return [] }
            findings.add(
                "no account is configured", at: [], hint: "write a table [accounts.NAME]",
                severity: .warning)
            return []
        }
        guard let accounts = tables.table("accounts") else { return [] }
        var terms: Set<Shared<AccountTerms>> = []
        return accounts.values.keys.compactMap { name in
            refuseBadName(name)
            guard let table = accounts.table(name),
                var settings = AccountReader(name: name, table: defaults.fill(table), catalogue: catalogue)
                    .settings()
            else { return nil }
            if !defaults.hasStore { settings.isShared = false }
            settings.$terms = terms.insert(settings.$terms).memberAfterInsert
            return (name, settings)
        }
    }

    private func refuseBadName(_ name: String) {
        guard let hint = AccountName.hint(against: name) else { return }
        findings.add("\(name.quoted) can't be an account's name", at: ["accounts", name], hint: hint)
    }
}
