import ArgumentParser
import Scratch
import Testing
import Text

@testable import Daemon

struct DaemonCommandTests {
    private func parse(_ words: String...) throws -> DaemonCommand { try DaemonCommand.parse(words) }

    @Test func `without options the default paths are used`() throws {
        let command = try parse()
        #expect(command.config == nil && command.socket == nil && command.provider == nil)
        #expect(!command.check && !command.providers)
    }

    @Test func `options name the configuration and the socket`() throws {
        let command = try parse("--config", "/c.toml", "--socket", "/s")
        #expect(command.config == "/c.toml" && command.socket == "/s" && !command.check)
    }

    @Test func `options check a file, list presets and show one`() throws {
        #expect(try parse("--check").check)
        let list = try parse("--providers")
        #expect(list.providers && list.provider == nil)
        #expect(try parse("--providers", "google").provider == "google")
    }

    @Test(arguments: [
        ["google"], ["--config"], ["--socket"], ["--unknown"], ["--providers", "a", "b"],
        ["--account", "a"],
    ])
    func `a usage error exits with 64`(_ words: [String]) {
        do {
            _ = try DaemonCommand.parse(words)
            Issue.record("it was parsed")
        } catch {
            #expect(DaemonCommand.exitCode(for: error) == .validationFailure)
        }
    }

    @Test(arguments: [["--explain", "AADSTS50011", "--account", "acme"], ["--explain", "invalid_grant"]])
    func `a known error code is explained`(_ words: [String]) async throws {
        try await DaemonCommand.parse(words).run()
    }

    @Test(arguments: ["invalid_gramt", "nonsense"])
    func `an unknown error code is a usage error`(_ code: String) async throws {
        let command = try parse("--explain", code)
        await #expect(throws: ExitCode(64)) { try await command.run() }
    }

    @Test func `an unknown preset is a usage error`() async throws {
        let command = try parse("--providers", "no-such-preset")
        await #expect(throws: ExitCode(64)) { try await command.run() }
    }

    @Test(arguments: [("[accounts.ads\n", 78), ("", 0)])
    func `a check of a file with errors exits with 78`(_ text: String, _ code: Int32) async throws {
        let folder = try ScratchFolder()
        let command = try parse("--check", "--config", folder.place(text, as: "config.toml"))
        await #expect(throws: ExitCode(code)) { try await command.run() }
    }

    @Test func `the daemon reports the version of all programs`() {
        #expect(DaemonCommand.configuration.version == Version.current)
    }
}
