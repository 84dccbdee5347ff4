import APIContract
import Configuration
import Testing

@testable import Doctor

struct InstallationTests {
    private let places = Doctor.Places(
        configuration: "/home/a/config.toml", socket: "/run/s", state: "/home/a/state", key: "/home/a/key")

    @Test func `the places, the daemon and the units are told`() throws {
        var facts = try Facts.healthy()
        facts.socket.answer = .seen(
            HealthReport(status: "ok", version: "1.2", accounts: 1, unsaved: 0, uptime: 77, pid: 4711))
        let installation = Installation(facts, places, runningKey: "passphrase")
        #expect(installation.daemon.isRunning && installation.daemon.pid == 4711 && installation.daemon.detail == nil)
        #expect(installation.keyKind == "passphrase" && installation.keyFile == "/home/a/key")
        let lines = installation.lines.map { "\($0.name)=\($0.value)" }
        #expect(
            lines.dropFirst() == [
                "configuration=/home/a/config.toml", "state=/home/a/state", "socket=/run/s",
                "key=passphrase: /home/a/key",
                "daemon=running: version 1.2, pid 4711, up for 1m 17s", "valetkey.socket=active, enabled",
                "valetkey.service=active, enabled",
            ])
    }

    @Test func `without a daemon and a service manager the reason is told`() throws {
        var facts = try Facts.healthy()
        facts.socket.answer = .unseen("no such file")
        facts.units = .unseen("systemctl isn't installed")
        let installation = Installation(facts, places, runningKey: nil)
        #expect(!installation.daemon.isRunning && installation.units == nil)
        #expect(installation.lines.last.map { "\($0.name)=\($0.value)" } == "daemon=not running: no such file")
        #expect(installation.keyKind == "file")
    }

    @Test(
        arguments: [
            (KeyKind.credential, false, "credential", nil), (.secretService, false, "secret-service", nil),
            (.passphrase, true, "passphrase", "/home/a/key"), (nil, true, "credential", nil),
            (nil, false, "file", "/home/a/key"),
        ] as [(KeyKind?, Bool, String, String?)])
    func `the key's place is the configured one, else the unit's credential, else the file`(
        _ configured: KeyKind?, _ hasCredential: Bool, _ kind: String, _ file: String?
    ) throws {
        var facts = try Facts.healthy()
        var configuration = DaemonConfiguration()
        configuration.key = configured
        facts.configuration.report = ConfigurationReport(findings: [], configuration: configuration)
        facts.units = .seen([
            UnitFacts(
                name: "valetkey.service", load: "not-found", enablement: "", activity: "inactive",
                hasKeyCredential: hasCredential)
        ])
        let installation = Installation(facts, places, runningKey: nil)
        #expect(installation.keyKind == kind && installation.keyFile == file)
        #expect(installation.units?.first?.enablement == "not-found")
    }
}
