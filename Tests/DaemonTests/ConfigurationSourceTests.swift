import Configuration
import Scratch
import Testing
import Vendors

@testable import Daemon

struct ConfigurationSourceTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
        try folder.makeFolder("valetkey")
    }

    private func source(_ path: String?) throws(StartFault) -> ConfigurationSource {
        try ConfigurationSource(named: path, environment: ["XDG_CONFIG_HOME": folder.path], catalogue: .complete)
    }

    @Test func `a named file takes precedence over the default one`() throws {
        #expect(try source("/own.toml").path == "/own.toml" && source("/own.toml").isNamed)
        #expect(try source(nil).path == folder.file("valetkey/config.toml") && !source(nil).isNamed)
    }

    @Test func `without a home folder there is no default file`() {
        do throws(StartFault) {
            _ = try ConfigurationSource(named: nil, environment: [:], catalogue: .complete)
            Issue.record("it has a place")
        } catch {
            #expect("\(error)" == "neither XDG_CONFIG_HOME nor HOME names an absolute path")
        }
    }

    @Test func `the default file may be missing, and the user is told which one to write`() throws {
        let report = try source(nil).readFirst()
        #expect(report.configuration?.accounts.isEmpty == true)
        #expect(
            report.findings.map { "\($0)" } == [
                "\(folder.file("valetkey/config.toml")): warning: there is no configuration yet\n"
                    + "  hint: write it, then run: valetkey reload"
            ])
        #expect(throws: StartFault.self) { try source(folder.file("missing.toml")).readFirst() }
    }

    @Test func `a file with errors doesn't start the daemon, one with only warnings does`() throws {
        try folder.write("[accounts.ads\n".utf8, as: "valetkey/config.toml")
        do throws(StartFault) {
            _ = try source(nil).readFirst()
            Issue.record("it was taken")
        } catch {
            #expect("\(error)".hasPrefix(folder.file("valetkey/config.toml:1:")))
        }
        let secret = "[accounts.ads]\nissuer = \"https://as.example\"\nclient_id = \"d\"\nclient_secret = \"s\"\n"
        try folder.write(secret.utf8, as: "valetkey/config.toml", mode: 0o644)
        let report = try source(nil).readFirst()
        #expect(report.configuration?.accounts.count == 1 && report.findings.map(\.severity) == [.warning])
    }
}
