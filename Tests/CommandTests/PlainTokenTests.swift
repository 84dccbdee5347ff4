import APIClient
import ArgumentParser
import Console
import FakeDaemon
import Testing

@testable import Command

/// The short way of `valetkey token`, beside the long way through the argument parser.
@Suite(.timeLimit(.minutes(5)))
struct PlainTokenTests {
    private static let values = [
        "", "0", "90", "90s", "5m", "-1", "5 m", "x", "raw", "raw0", "header", "json", "--fresh",
    ]

    private static var options: [[String]] {
        var options = [
            ["--fresh"], ["--fresh=true"], ["--help"], ["--"], ["-f"], ["--formats", "raw"], ["--id-token"],
            ["--wait", "1s"], ["--socket", "/s"], ["--socket=/s"], ["--socket"], ["--min-ttl"], ["--format"],
        ]
        for value in values {
            for name in ["--min-ttl", "--format"] { options += [[name, value], ["\(name)=\(value)"]] }
        }
        return options
    }

    /// Every way to write up to three of the options around an account, well and wrongly.
    private static let arguments: [[String]] = {
        var lines: [[String]] = []
        for account in [["ads"], ["ads/graph"], ["ads", "mail"], [""], []] {
            lines.append(account)
            for option in options {
                lines += [account + option, option + account, ["--fresh"] + account + option]
                lines.append(option + account + ["--min-ttl", "5m"])
            }
        }
        return lines.map { ["token"] + $0 }
    }()

    @Test func `what the short way takes, the argument parser reads alike`() throws {
        var taken = 0
        for words in Self.arguments {
            guard let plain = PlainTokenArguments(words) else { continue }
            taken += 1
            let long = try #require(try ValetkeyCommand.parseAsRoot(words) as? TokenCommand, "\(words)")
            #expect(long.wish == plain.wish, "\(words)")
            #expect(long.format == plain.format, "\(words)")
            #expect(long.daemon.socket == plain.socket, "\(words)")
            #expect(long.wait.seconds == 30 && !long.idToken)
        }
        #expect(taken > 100)
    }

    @Test(arguments: [
        ["token", "ads"], ["token", "ads/graph"], ["token", "ads", "--format", "raw0"],
        ["token", "--format=header", "ads"],
        ["token", "ads", "--min-ttl", "5m"], ["token", "--fresh", "ads"], ["token", "ads", "--socket", "/s"],
    ])
    func `the plain cases take the short way`(words: [String]) {
        #expect(PlainTokenArguments(words) != nil)
    }

    @Test(arguments: [
        [], ["token"], ["tokens", "ads"], ["status", "ads"], ["token", "ads", "--format", "json"],
        ["token", "ads/graph", "--format", "header"], ["token", "ads", "--wait", "1s"], ["token", "ads", "--help"],
    ])
    func `everything else takes the long way`(words: [String]) {
        #expect(PlainTokenArguments(words) == nil)
    }

    @Test(arguments: [
        "ads", "unconsented", "misconfigured", "down", "busy", "adds", "broken", "forbidden", "stuck",
    ])
    func `both ways print and end alike`(account: String) async throws {
        try await withServedDaemon { _, path, _ in
            for format in ["raw", "raw0", "header"] {
                let words = ["token", account, "--format", format, "--socket", path]
                let short = try await valetkey(words)
                // The parser reads this option only.
                let long = try await valetkey(words + ["--wait", "30s"])
                #expect(short.code == long.code && short.output == long.output && short.errors == long.errors)
            }
        }
    }

    @Test func `each plain case asks the daemon once, and for the same`() async throws {
        try await withServedDaemon { daemon, path, _ in
            for account in ["ads", "down"] {
                _ = try await valetkey(["token", account, "--fresh", "--min-ttl", "5m", "--socket", path])
            }
            #expect(
                await daemon.allCalls() == [
                    "token ads min_ttl=300 fresh=true wait=30", "token down min_ttl=300 fresh=true wait=30",
                ])
        }
    }
}

extension PlainTokenArguments {
    fileprivate init?(_ arguments: [String]) { self.init(count: arguments.count) { arguments[$0] } }
}
