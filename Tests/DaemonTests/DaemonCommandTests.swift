import ArgumentParser
import Scratch
import Testing
import Text

@testable import Daemon

struct DaemonCommandTests {
    private func parse(_ words: String...) throws -> DaemonCommand { try DaemonCommand.parse(words) }

    @Test func `without options the daemon runs where it finds its files`() throws {
        let command = try parse()
        #expect(command.config == nil && command.socket == nil && command.provider == nil)
        #expect(!command.check && !command.providers)
    }

    @Test func `the configuration and the socket can be named`() throws {
        let command = try parse("--config", "/c.toml", "--socket", "/s")
        #expect(command.config == "/c.toml" && command.socket == "/s" && !command.check)
    }

    @Test func `it checks a file, lists presets and shows one`() throws {
        #expect(try parse("--check").check)
        let list = try parse("--providers")
        #expect(list.providers && list.provider == nil)
        #expect(try parse("--providers", "google").provider == "google")
    }

    @Test(arguments: [["google"], ["--config"], ["--socket"], ["--unknown"], ["--providers", "a", "b"]])
    func `wrong use ends with 64`(_ words: [String]) {
        do {
            _ = try DaemonCommand.parse(words)
            Issue.record("it was parsed")
        } catch {
            #expect(DaemonCommand.exitCode(for: error) == .validationFailure)
        }
    }

    @Test func `a preset that doesn't exist is wrong use`() async throws {
        let command = try parse("--providers", "no-such-preset")
        await #expect(throws: ExitCode(64)) { try await command.run() }
    }

    @Test(arguments: [("[accounts.ads\n", 78), ("", 0)])
    func `a check ends with 78 where the file has errors`(_ text: String, _ code: Int32) async throws {
        let folder = try ScratchFolder()
        let command = try parse("--check", "--config", folder.place(text, as: "config.toml"))
        await #expect(throws: ExitCode(code)) { try await command.run() }
    }

    @Test func `it has the version of all programs`() {
        #expect(DaemonCommand.configuration.version == Version.current)
    }
}
