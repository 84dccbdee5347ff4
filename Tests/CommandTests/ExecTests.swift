import APIClient
import APIContract
import FakeDaemon
import FoundationEssentials
import Glibc
import Testing

@testable import Command

@Suite(.timeLimit(.minutes(5)))
struct ExecTests {
    private func exec(_ words: [String], environment: [String: String] = ["PATH": "/usr/bin:/bin"]) async throws
        -> Outcome
    {
        try await withServedDaemon { _, path, _ in
            try await valetkey(["exec", "--socket", path] + words, environment: environment)
        }
    }

    @Test(arguments: [
        (["ads", "--", "sh", "-c", "echo $ACCESS_TOKEN"], "token-of-ads\n"),
        (["ads", "--env", "TOKEN", "--", "sh", "-c", "echo $TOKEN/$ACCESS_TOKEN"], "token-of-ads/\n"),
        (["ads", "--", "printf", "%s|", "-x", "--env", "two words"], "-x|--env|two words|"),
    ])
    func `the program finds the token in a variable, and gets its arguments`(words: [String], output: String)
        async throws
    {
        let outcome = try await exec(words)
        #expect(outcome.code == 0 && outcome.output == output && outcome.errors.isEmpty)
    }

    @Test(
        arguments: [
            (["ads", "--", "sh", "-c", "exit 7"], 7), (["ads", "--", "/no/such/program"], 127),
            (["ads", "--", "/dev/null"], 126), (["ads"], 64), (["ads", "--"], 64),
            (["ads", "--env", "A=B", "--", "true"], 64), (["unconsented", "--", "true"], 77),
        ] as [([String], Int32)])
    func `the exit code says what happened`(words: [String], code: Int32) async throws {
        #expect(try await exec(words).code == code)
        guard !words.contains("--env"), words.first == "ads", words.count > 2 else { return }
        let runtime = try #require(RuntimeFolder())
        let file = words.prefix(1) + ["--file-env", "FILE"] + words.dropFirst()
        #expect(try await exec(Array(file), environment: runtime.environment).code == code)
    }

    @Test func `the program finds the token in a file of its user, which is removed afterwards`() async throws {
        let runtime = try #require(RuntimeFolder())
        let script = "cat $FILE; stat -c ' %a %h %F' $FILE; echo $FILE; echo [$ACCESS_TOKEN]"
        let outcome = try await exec(
            ["ads", "--file-env", "FILE", "--", "sh", "-c", script], environment: runtime.environment)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        try #require(lines.count == 3)
        #expect(lines[0] == "token-of-ads 600 1 regular file" && lines[2] == "[]")
        #expect(lines[1].hasPrefix("\(runtime.path)/valetkey/exec-"))
        #expect(!FileManager.default.fileExists(atPath: lines[1]))
    }

    @Test func `a program that ends by a signal ends the command in the same way, without its file`() async throws {
        let runtime = try #require(RuntimeFolder())
        let script = "kill -TERM $$"
        let outcome = try await exec(
            ["ads", "--file-env", "FILE", "--", "sh", "-c", script], environment: runtime.environment)
        #expect(outcome.code == nil)
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(runtime.path)/valetkey")
        #expect(left.isEmpty)
    }

    @Test func `a signal to the command goes to the program`() async throws {
        let runtime = try #require(RuntimeFolder())
        let script = "trap 'echo told; exit 3' TERM; kill -TERM $PPID; while :; do sleep 0.05; done"
        let outcome = try await exec(
            ["ads", "--file-env", "FILE", "--", "sh", "-c", script], environment: runtime.environment)
        #expect(outcome.code == 3 && outcome.output == "told\n")
    }

    @Test func `a file is only written to memory`() async throws {
        let outcome = try await exec(
            ["ads", "--file-env", "FILE", "--", "true"], environment: ["XDG_RUNTIME_DIR": "/usr"])
        #expect(outcome.code == 1 && outcome.errors.contains("isn't in memory"))
    }
}

/// A folder in memory, as a user's runtime folder is; removed with its last reference.
final class RuntimeFolder: Sendable {
    let path: String

    init?() {
        let template = Array("/dev/shm/valetkey-XXXXXX\0".utf8.map { CChar(bitPattern: $0) })
        var name = template
        guard unsafe mkdtemp(&name) != nil else { return nil }
        path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    var environment: [String: String] { ["PATH": "/usr/bin:/bin", "XDG_RUNTIME_DIR": path] }
}
