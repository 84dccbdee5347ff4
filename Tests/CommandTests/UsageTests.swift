import APIContract
import ArgumentParser
import Failures
import FakeDaemon
import FoundationEssentials
import Testing
import Text

@testable import Command
@testable import Console

struct UsageTests {
    // P10
    @Test(arguments: [
        ("statsu", "unexpected argument 'statsu'", "did you mean valetkey status?"),
        ("statsu ads", "2 unexpected arguments: 'statsu', 'ads'", "did you mean valetkey status?"),
        ("config chek", "unexpected argument 'chek'", "did you mean valetkey config check?"),
        ("zzzzzz", "unexpected argument 'zzzzzz'", "see: valetkey --help"),
        ("token", "missing expected argument '<account>'", "see: valetkey token --help"),
        ("token ads extra", "unexpected argument 'extra'", "see: valetkey token --help"),
        ("login ads --paste --device", "--paste and --device exclude each other", "see: valetkey login --help"),
    ])
    func `wrong use is told in one style, with what was probably meant`(
        _ words: String, _ message: String, _ hint: String
    ) async throws {
        let outcome = try await valetkey(words.split(separator: " ").map(String.init))
        #expect(outcome.errors == "valetkey: \(message)\nhint: \(hint)\n" && outcome.code == 64 && outcome.output == "")
    }

    // P18
    @Test func `errors are JSON where JSON is asked for`() async throws {
        struct Answer: Decodable {
            struct Members: Decodable { let code, detail: String, hint: String?, exitStatus: Int32 }
            let error: Members
            let formatVersion: Int
        }
        try await withServedDaemon { _, path, _ in
            for (words, code, status) in [
                (["status", "unknown", "--json", "--socket", path], "no_such_account", 64),
                (["status", "--json", "--socket", "/nowhere"], "daemon_unreachable", 69),
                (["token", "unconsented", "--json", "--socket", path], "consent_required", 77),
                (["status", "--json", "--nonsense"], "usage", 64),
            ] as [([String], String, Int32)] {
                let outcome = try await valetkey(words)
                let answer = try ContractJSON.decode(Answer.self, from: Data(outcome.output.utf8))
                #expect(answer.error.code == code && answer.error.exitStatus == status && outcome.code == status)
                #expect(answer.formatVersion == 1 && !answer.error.detail.isEmpty && outcome.errors == "")
            }
        }
    }

    // P18
    @Test func `JSON has the version of its form`() async throws {
        try await withServedDaemon { _, path, _ in
            for words in [["status"], ["status", "ads"], ["status", "ads", "--readers"], ["status", "--readers"]] {
                let outcome = try await valetkey(words + ["--json", "--socket", path])
                #expect(outcome.output.contains(#""format_version" : 1"#), "\(words)")
            }
        }
    }

    // P21
    @Test(arguments: [["--help"], ["token", "--help"], ["--version"], ["help", "login"]])
    func `help that can't be written is an error`(_ words: [String]) async throws {
        #expect(try await valetkeyToFullDisk(words).code == 1)
    }

    // P21
    @Test func `the socket may be named before the command`() async throws {
        try await withServedDaemon { daemon, path, _ in
            for words in [["--socket", path, "status", "ads"], ["--socket=\(path)", "status", "ads"]] {
                let outcome = try await valetkey(words)
                #expect(outcome.code == 0 && outcome.output.contains("ads"))
            }
        }
        #expect(SocketOption.split(["--socket"]) == nil && SocketOption.split(["--socket="]) == nil)
        #expect(SocketOption.split(["status", "--socket", "x"]) == nil && SocketOption.split([]) == nil)
    }

    // P10
    @Test func `the words for other programs are found, and those for their help`() {
        let companion = DemoCompanion.companion
        #expect(companion.arguments(in: ["demo", "--auto"]) == ["--auto"] && companion.arguments(in: ["demo"]) == [])
        #expect(companion.arguments(in: ["help", "demo"]) == ["--help"])
        #expect(companion.arguments(in: ["help", "ads"]) == nil && companion.arguments(in: ["help"]) == nil)
        #expect(companion.arguments(in: []) == nil && companion.arguments(in: ["status", "demo"]) == nil)
    }

    // P10
    @Test func `each command and option that a remedy or a help names exists`() throws {
        let root = ValetkeyCommand.self
        let commands = root.configuration.subcommands
        let helps = commands.flatMap { command in
            [command] + command.configuration.subcommands
        }.map { root.helpMessage(for: $0, columns: HelpText.unlimited) }
        let remedies = FailureCode.allCases.compactMap { $0.remedy(account: "ACCOUNT") }
        let texts = remedies + helps + [root.helpMessage(columns: HelpText.unlimited)]
        var count = 0
        for line in texts.flatMap({ $0.split(separator: "\n") }) {
            for match in line.matches(of: #/valetkey (?<name>[a-z]+)(?<rest>[^,;."]*)/#) {
                let name = String(match.output.name)
                if Self.isNoCommand.contains(name) { continue }
                let command = try #require(commands.first { $0._commandName == name }, "\(line)")
                count += 1
                // Programs of their own have the options that are told of them.
                if command is any CompanionCommand.Type { continue }
                let help = root.helpMessage(for: command, columns: HelpText.unlimited)
                for option in match.output.rest.matches(of: #/ (?<name>--[a-z][a-z-]*)/#) {
                    #expect(help.contains(option.output.name), "\(line)")
                }
            }
        }
        #expect(count > 40)
    }

    /// What follows the program's name in sentences, and the command of the library.
    private static let isNoCommand: Set = ["help", "refreshes", "tries", "keeps"]
}
