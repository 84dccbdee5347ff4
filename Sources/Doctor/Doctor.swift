import APIClient
import APIContract
package import Accounts
import AuthorizationClient
import Configuration
import Files
import FoundationEssentials
import Glibc
package import Grants
package import HTTPTransport
import Secrets
import Text

/// Gathers the facts, each with a time limit of its own and all at a time, and runs the checks on them.
package struct Doctor: Sendable {
    /// Where the facts are looked for.
    package struct Places: Sendable {
        package var configuration: String?
        package var socket: String?
        package var state: String
        package var key: String

        package init(configuration: String?, socket: String?, state: String, key: String) {
            self.configuration = configuration
            self.socket = socket
            self.state = state
            self.key = key
        }
    }

    let environment: [String: String]
    let places: Places
    let catalogue: ProviderCatalogue
    let transport: any LineTransport
    let time: any Timekeeper

    /// The limit for what is on this machine, and for what is on the network.
    private static let (near, far) = (Duration.seconds(3), Duration.seconds(8))

    package init(
        environment: [String: String], places: Places, catalogue: ProviderCatalogue, transport: any LineTransport,
        time: any Timekeeper
    ) {
        self.environment = environment
        self.places = places
        self.catalogue = catalogue
        self.transport = transport
        self.time = time
    }

    /// The results of all checks; with `account`, of one account's only, besides those that concern all.
    ///
    /// - Throws: `NoSuchAccount` where neither the configuration nor the daemon has the account.
    package func examine(account: String?) async throws(NoSuchAccount) -> [Diagnosis] {
        let facts = await facts(account: account)
        if let account { try facts.check(account) }
        return Check.run(on: facts)
    }

    /// The results of the checks of the shared store only; nil where none is configured.
    package func examineStore() async -> [Diagnosis]? {
        var facts = Facts()
        facts.configuration = await configured()
        guard let configuration = facts.configuration.report.configuration else { return Check.configuration(facts) }
        guard let settings = configuration.store else { return nil }
        facts.store = await storeLook.facts(of: settings)
        return Check.store(facts)
    }

    func facts(account: String?) async -> Facts {
        var facts = Facts()
        facts.configuration = await configured()
        let settings = (facts.configuration.report.configuration?.accounts ?? [:]).values
            .filter { account == nil || $0.name == account }.sorted { $0.name < $1.name }
        let storeSettings = facts.configuration.report.configuration?.store
        async let surroundings = surroundings()
        async let socket = socket(account)
        async let storage = storage()
        async let units = units()
        async let proxies = ask("systemctl", ["--user", "show-environment"], SystemdAnswers.proxies)
        async let lingers = ask(
            "loginctl", ["show-user", "\(getuid())", "--property=Linger", "--value"], SystemdAnswers.lingers)
        async let denials = ask(
            "journalctl",
            [
                "--quiet", "--no-pager", "--boot", "--lines=\(SystemdAnswers.journalLines)", "--output=cat",
                "_TRANSPORT=kernel", "+", "_TRANSPORT=audit",
            ], SystemdAnswers.denials)
        async let servers = look.servers(of: settings)
        async let store = store(storeSettings)
        async let issuers = look.issuers(of: settings)
        (facts.surroundings, facts.socket, facts.storage) = await (surroundings, socket, storage)
        (facts.units, facts.managerProxies, facts.lingers, facts.denials) = await (units, proxies, lingers, denials)
        (facts.servers, facts.issuers, facts.store) = await (servers, issuers, store)
        return facts
    }

    private var secrets: SecretReader { SecretReader(environment: environment, clock: ContinuousClock()) }

    private var storeLook: StoreLook {
        StoreLook(
            transport: transport, secrets: secrets, clock: ContinuousClock(),
            boot: { [time] in .nanoseconds(time.instant().nanoseconds) })
    }

    private func store(_ settings: StoreSettings?) async -> StoreFacts? {
        guard let settings else { return nil }
        return await storeLook.facts(of: settings)
    }

    private var look: ServerLook {
        let secrets = secrets
        return ServerLook(
            transport: transport, directory: ServerDirectory(transport: transport, time: time, secrets: secrets),
            limit: Self.far, now: { [time] in time.now().wall }, authorities: { try? secrets.readable($0) })
    }

    private func ask<Value>(
        _ program: String, _ arguments: [String], _ read: (ProgramAnswer) -> Observed<Value>
    ) async -> Observed<Value> {
        switch await Programs(environment: environment, limit: Self.near).run(program, arguments) {
        case .seen(let answer): read(answer)
        case .unseen(let reason): .unseen(reason)
        }
    }

    func units() async -> Observed<[UnitFacts]> {
        await ask(
            "systemctl",
            ["--user", "show"] + SystemdAnswers.units
                + ["--property=\(SystemdAnswers.properties.joined(separator: ","))"], SystemdAnswers.units)
    }

    func configured() async -> Facts.Configured {
        guard let path = places.configuration else {
            return Facts.Configured(path: nil, report: ConfigurationReport(findings: []))
        }
        let report = await BoundedWork.run(within: Self.near) { [catalogue, environment] in
            .seen(ConfigurationFile.examine(path: path, catalogue: catalogue, environment: environment))
        }
        let slow = Finding(file: path, message: "it can't be read within \(Self.near.components.seconds) s")
        return Facts.Configured(path: path, report: report.value ?? ConfigurationReport(findings: [slow]))
    }

    private func surroundings() async -> Facts.Surroundings {
        var facts = Facts.Surroundings()
        var name = utsname()
        if unsafe uname(&name) == 0 {
            facts.kernel = unsafe withUnsafeBytes(of: &name.release) { octets in
                unsafe String(decoding: octets.prefix { $0 != 0 }, as: UTF8.self)
            }
        }
        facts.version = Version.current
        facts.user = getuid()
        facts.hasDesktop = ["DISPLAY", "WAYLAND_DISPLAY"].contains { environment[$0]?.isEmpty == false }
        facts.proxies = ProxyVariables.among(environment)
        let usual = "/run/user/\(facts.user)"
        let stated = environment["XDG_RUNTIME_DIR"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let folder = stated ?? usual
        facts.runtime = await BoundedWork.run(within: Self.near) { FileLook.facts(folder) }
        facts.runtimeFolder = stated == nil && facts.runtime == .seen(nil) ? nil : folder
        return facts
    }

    func socket(_ account: String?) async -> Facts.DaemonSocket {
        guard let path = places.socket else { return Facts.DaemonSocket(path: nil, answer: .unseen("it has no place")) }
        let limit = Int(Self.near.components.seconds)
        let client = SocketClient(path: path)
        var facts = Facts.DaemonSocket(
            path: path,
            answer: await BoundedWork.run(within: Self.near + .seconds(1)) {
                Self.get { () throws(ClientFailure) in
                    try client.decode(client.send("GET", "/health", patience: limit)) as HealthReport
                }
            })
        guard facts.answer.value != nil else { return facts }
        facts.accounts = await BoundedWork.run(within: Self.near + .seconds(1)) {
            Self.get { () throws(ClientFailure) in
                let list: AccountList = try client.decode(client.send("GET", "/accounts", patience: limit))
                return list.accounts.filter { account == nil || $0.account == account }
            }
        }
        facts.key = await BoundedWork.run(within: Self.near + .seconds(1)) {
            Self.get { () throws(ClientFailure) in
                try client.decode(client.send("GET", "/key", patience: limit)) as KeyReport
            }
        }
        let names = facts.accounts.value?.map(\.account) ?? []
        let consents = await BoundedWork.run(within: Self.near + .seconds(1)) {
            let pairs = names.compactMap { name in (try? client.consent(name)).map { (name, $0) } }
            return .seen(Dictionary(pairs) { $1 })
        }
        facts.consents = consents.value ?? [:]
        return facts
    }

    private static func get<Value>(_ call: () throws(ClientFailure) -> Value) -> Observed<Value> {
        do throws(ClientFailure) {
            return .seen(try call())
        } catch {
            switch error {
            case .notReachable(_, let reason): return .unseen(reason)
            case .foreignDaemon(_, let user):
                return .unseen("a process of \(user.map { "uid \($0)" } ?? "an unknown user") listens there")
            case .hungUp: return .unseen("it ends the connection")
            case .timedOut, .interrupted: return .unseen("no answer within \(near.components.seconds) s")
            case .protocolError(let reason): return .unseen(reason)
            case .problem(let problem): return .unseen(problem.detail)
            }
        }
    }

    private func storage() async -> Facts.Storage {
        var facts = Facts.Storage()
        let (state, key) = (places.state, places.key)
        (facts.folder, facts.key) = (state, key)
        async let folder = BoundedWork.run(within: Self.near) { FileLook.facts(state) }
        async let network = BoundedWork.run(within: Self.near) { FileLook.networkFileSystem(state) }
        async let grants = BoundedWork.run(within: Self.near) { FileLook.files(in: state, ending: ".grant") }
        async let keyFile = BoundedWork.run(within: Self.near) { FileLook.facts(key) }
        async let holder = BoundedWork.run(within: Self.near) { FileLook.holder(of: "\(state)/lock") }
        (facts.state, facts.networkFileSystem, facts.grants) = await (folder, network, grants)
        (facts.keyFile, facts.holder) = await (keyFile, holder)
        return facts
    }
}
