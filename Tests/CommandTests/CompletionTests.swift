import ArgumentParser
import Console
import Testing

@testable import Command

struct CompletionTests {
    private func complete(_ words: String...) throws -> Completion {
        Completion.of(words, in: try CompletionOutline(of: ValetkeyCommand.self))
    }

    private func words(_ completion: Completion) -> [String] {
        guard case .words(let candidates) = completion else { return ["not words"] }
        return candidates.map(\.word)
    }

    @Test func `commands come first, with their explanation`() throws {
        guard case .words(let candidates) = try complete("") else { throw Unexpected() }
        #expect(candidates.contains(.init("token", "Print a valid access token.")))
        #expect(try words(complete("config", "")) == ["check"])
    }

    @Test func `an account is completed where one is wanted, and only once`() throws {
        #expect(try complete("token", "") == .names(.accounts, prefix: ""))
        #expect(try complete("token", "--fresh", "") == .names(.accounts, prefix: ""))
        #expect(try complete("token", "--min-ttl", "5m", "") == .names(.accounts, prefix: ""))
        #expect(try complete("token", "--", "") == .names(.accounts, prefix: ""))
        #expect(try words(complete("token", "ads", "")) == [])
        #expect(try complete("explain", "--account=") == .names(.accounts, prefix: "--account="))
    }

    @Test func `presets are completed where one is wanted`() throws {
        #expect(try complete("setup", "") == .names(.presets, prefix: ""))
        #expect(try complete("status", "--provider", "") == .names(.presets, prefix: ""))
    }

    @Test func `an option is offered until it is given, and a repeatable one again`() throws {
        #expect(try words(complete("token", "-")).contains("--fresh"))
        #expect(try !words(complete("token", "--fresh", "-")).contains("--fresh"))
        #expect(try words(complete("token", "--scope", "a", "-")).contains("--scope"))
        #expect(try !words(complete("token", "--wait=5s", "--")).contains("--wait"))
        #expect(try words(complete("token", "--", "-")) == ["not words"])
    }

    @Test func `an option's values are offered behind it and behind an equals sign`() throws {
        #expect(try words(complete("token", "--format", "")).contains("curl"))
        #expect(try words(complete("token", "--format=")).contains("--format=curl"))
        #expect(try words(complete("token", "--nothing=")) == [])
        #expect(try words(complete("token", "--min-ttl", "")) == [])
        #expect(try complete("setup", "--client-secret-file", "") == .files)
    }

    @Test func `a repeated argument is completed again and again`() throws {
        struct Names: ParsableCommand {
            @Argument(completion: .directory) var folders: [String] = []
        }
        let outline = try CompletionOutline(of: Names.self)
        #expect(Completion.of(["a", "b", ""], in: outline) == .folders)
    }

    @Test func `another program's words are left to it`() throws {
        #expect(try complete("ads", "user", "--j") == .otherCommand(["user", "--j"]))
        #expect(try complete("exec", "ads", "--", "ls", "") == .otherCommand(["ls", ""]))
        #expect(try complete("exec", "") == .names(.accounts, prefix: ""))
    }

    @Test func `hidden commands and options are never offered`() throws {
        struct Parent: ParsableCommand {
            static let configuration = CommandConfiguration(subcommands: [Hidden.self, Shown.self])
        }
        struct Hidden: ParsableCommand {
            static let configuration = CommandConfiguration(shouldDisplay: false)
        }
        struct Shown: ParsableCommand {
            @Flag(help: .hidden) var secret = false
            @Flag var open = false
        }
        let outline = try CompletionOutline(of: Parent.self)
        #expect(!words(Completion.of([""], in: outline)).contains("hidden"))
        #expect(words(Completion.of([""], in: outline)).contains("shown"))
        #expect(words(Completion.of(["shown", "--"], in: outline)).filter { $0 != "--help" } == ["--open"])
    }

    @Test func `a request for completions begins with two words of its own`() {
        #expect(Completion.request(["valetkey", "complete", "--", "token", ""]) == ["token", ""])
        #expect(Completion.request(["valetkey", "complete", "--"]) == [])
        #expect(Completion.request(["valetkey", "complete", "accounts"]) == nil)
        #expect(Completion.request(["valetkey", "token", "--", ""]) == nil)
    }

    @Test func `the answer has a candidate a line, or what the shell completes itself`() {
        #expect(
            Completion.words([.init("a"), .init("b", "two  words\nmore")]).lines == ["a", "b\ttwo words more"])
        #expect(Completion.files.lines == [":files"] && Completion.folders.lines == [":folders"])
        #expect(Completion.otherCommand([]).lines == [":command"])
    }

    private struct Unexpected: Error {}
}
