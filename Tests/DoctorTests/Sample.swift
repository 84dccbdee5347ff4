import APIContract
import Accounts
import Configuration
import FoundationEssentials
import HTTPTransport
import OAuth

@testable import Doctor

extension Facts {
    /// A machine on which nothing is wrong.
    static func healthy() throws -> Facts {
        var facts = Facts()
        facts.surroundings.kernel = "6.1.0-13-amd64"
        facts.surroundings.version = "1.2"
        facts.surroundings.user = 1000
        facts.surroundings.runtimeFolder = "/run/user/1000"
        facts.surroundings.runtime = .seen(.folder)
        facts.socket = Facts.DaemonSocket(
            path: "/run/user/1000/valetkey.sock",
            answer: .seen(HealthReport(status: "ok", version: "1.2", accounts: 1, unsaved: 0, uptime: 7)))
        facts.socket.accounts = .seen([.acme()])
        facts.units = .seen(["valetkey.socket", "valetkey.service"].map { .running($0) })
        facts.lingers = .seen(true)
        facts.managerProxies = .seen([:])
        facts.denials = .seen([])
        facts.storage = Facts.Storage(
            folder: "/home/a/state", state: .seen(.folder), networkFileSystem: .seen(nil),
            grants: .seen(["/home/a/state/acme.grant": .file]), key: "/home/a/key", keyFile: .seen(.key),
            holder: .seen(4711))
        var configuration = DaemonConfiguration()
        configuration.accounts["acme"] = AccountSettings(
            name: "acme", client: Client(id: "app"), redirectURI: try RedirectURI("http://localhost"))
        facts.configuration = Facts.Configured(
            path: "/home/a/config.toml", report: ConfigurationReport(findings: [], configuration: configuration))
        facts.servers = [
            ServerFacts(origin: "https://as.example", accounts: ["acme"], answer: .success(.init(clockLead: 0.3)))
        ]
        facts.issuers = [IssuerFacts(issuer: "https://as.example", accounts: ["acme"], failure: nil)]
        return facts
    }

    /// The result of the check of this name.
    func results(_ name: String) -> [Diagnosis] {
        Check.all.filter { $0.name == name }.flatMap { $0.judge(self) }
    }
}

extension FileFacts {
    static let folder = FileFacts(isFolder: true, mode: 0o700, owner: 1000)
    static let file = FileFacts(isFolder: false, mode: 0o600, owner: 1000, size: 400)
    static let key = FileFacts(isFolder: false, mode: 0o600, owner: 1000, size: 32)
}

extension UnitFacts {
    static func running(_ name: String) -> UnitFacts {
        UnitFacts(
            name: name, load: "loaded", enablement: "enabled", activity: "active",
            process: name.hasSuffix(".service") ? 4711 : 0)
    }
}

extension AccountReport {
    static func acme(_ state: AccountState = .active, error: FailureReport? = nil) -> AccountReport {
        AccountReport(account: "acme", clientID: "app", state: state, scope: ["mail"], lastError: error)
    }
}
