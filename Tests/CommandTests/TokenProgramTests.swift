import APIContract
import FakeDaemon
import FoundationEssentials
import Glibc
import Scratch
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TokenProgramTests {
    @Test func `stdout has only the token`() async throws {
        try await withServedDaemon { daemon, path, _ in
            let outcome = try await valetkey(["token", "ads", "--socket", path])
            #expect(outcome.code == 0)
            #expect(outcome.output == "token-of-ads\n")
            #expect(outcome.errors == "")
            #expect(await daemon.allCalls() == ["token ads min_ttl=0 fresh=false wait=30"])
        }
    }

    @Test func `the options are sent to the daemon`() async throws {
        try await withServedDaemon { daemon, path, _ in
            let words = ["token", "ads", "--min-ttl", "5m", "--fresh", "--wait", "0s", "--socket", path]
            let outcome = try await valetkey(words)
            #expect(outcome.code == 0)
            #expect(await daemon.allCalls() == ["token ads min_ttl=300 fresh=true wait=0"])
        }
    }

    @Test func `each format is the one that its consumer expects`() async throws {
        try await withServedDaemon { _, path, _ in
            func output(_ words: String...) async throws -> String {
                try await valetkey(["token", "ads", "--socket", path] + words).output
            }
            #expect(try await output("--format", "header") == "Authorization: Bearer token-of-ads\n")
            let answer = try ContractJSON.decode(
                TokenAnswer.self, from: Data(try await output("--format", "json").utf8))
            #expect(answer.accessToken == "token-of-ads")
            #expect(answer.expiresIn == 3599)
            let encoded = try await output("--format", "xoauth2", "--user", "me@x.example")
            let decoded = try #require(Data(base64Encoded: encoded.trimmingSuffix("\n")))
            let expected = "user=me@x.example\u{1}auth=Bearer token-of-ads\u{1}\u{1}"
            #expect(String(decoding: decoded, as: UTF8.self) == expected)
        }
    }

    @Test(
        arguments: [
            ("unconsented", 77, "consent_required"), ("misconfigured", 78, "configuration_error"),
            ("down", 75, "temporarily_unavailable"), ("busy", 75, "too_many_requests"), ("adds", 64, "no_such_account"),
            ("broken", 1, "internal_error"), ("forbidden", 1, "forbidden"),
        ] as [(String, Int32, String)])
    func `a failure is written to stderr with a hint, and has its exit code`(
        account: String, code: Int32, word: String
    ) async throws {
        try await withServedDaemon { _, path, _ in
            for format in ["raw", "json"] {
                let outcome = try await valetkey(["token", account, "--format", format, "--socket", path])
                #expect(outcome.code == code)
                #expect(outcome.output == "")
                #expect(outcome.errors == "valetkey: what is wrong: \(word)\nhint: what to do about \(word)\n")
            }
        }
    }

    @Test func `the socket is looked for in VALETKEY_SOCKET and XDG_RUNTIME_DIR`() async throws {
        try await withServedDaemon { _, path, _ in
            let named = ["VALETKEY_SOCKET": path, "XDG_RUNTIME_DIR": "/none"]
            #expect(try await valetkey(["token", "ads"], environment: named).output == "token-of-ads\n")
            let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
            let outcome = try await valetkey(["token", "ads"], environment: ["XDG_RUNTIME_DIR": folder])
            #expect(outcome.output == "token-of-ads\n")
        }
    }

    @Test(arguments: [[:], ["XDG_RUNTIME_DIR": ""], ["XDG_RUNTIME_DIR": "relative"]])
    func `without XDG_RUNTIME_DIR the daemon isn't reachable`(environment: [String: String]) async throws {
        let outcome = try await valetkey(["token", "ads"], environment: environment)
        #expect(outcome.code == 69)
        #expect(outcome.output == "")
        // Where this user has a folder in /run/user, it is looked for there.
        if !DefaultSocket.isOwnFolder("/run/user/\(geteuid())") {
            #expect(outcome.errors.contains("neither VALETKEY_SOCKET nor XDG_RUNTIME_DIR is set"))
            #expect(outcome.errors.contains("\nhint: name it with --socket\n"))
        }
    }

    @Test(arguments: [
        ["token", "ads"], ["status"], ["reload"], ["login", "ads"], ["refresh", "ads"], ["logout", "ads"],
    ])
    func `a daemon that isn't running is reported with its path`(words: [String]) async throws {
        let socket = try ScratchFolder().file("s")
        let outcome = try await valetkey(words + ["--socket", socket])
        #expect(outcome.code == 69)
        #expect(outcome.output == "")
        #expect(
            outcome.errors.hasPrefix("valetkey: the daemon can't be reached at \(socket): No such file or directory\n"))
        #expect(outcome.errors.contains("\nhint: start it with: systemctl --user start valetkey.socket"))
    }

    @Test(arguments: [
        [], ["token"], ["tokens", "ads"], ["token", "ads", "--min-ttl", "x"], ["token", "ads", "--wait", "2h"],
    ])
    func `a usage error exits with 64`(words: [String]) async throws {
        try await withServedDaemon { daemon, path, _ in
            let outcome = try await valetkey(words + (words.count > 1 ? ["--socket", path] : []))
            #expect(outcome.code == (words.isEmpty ? 0 : 64))
            #expect(words.isEmpty || outcome.output == "")
            #expect(words.isEmpty || !outcome.errors.isEmpty)
        }
    }

    @Test func `a token that can't be written is a failure`() async throws {
        try await withServedDaemon { _, path, _ in
            let outcome = try await valetkeyToFullDisk(["token", "ads", "--socket", path])
            #expect(outcome.code == 1)
            #expect(outcome.errors == "valetkey: the output can't be written: No space left on device\n")
        }
    }

    @Test(arguments: [["--help"], ["help", "token"], ["token", "--help"], ["--version"]])
    func `help and version are written to stdout`(words: [String]) async throws {
        let outcome = try await valetkey(words)
        #expect(outcome.code == 0)
        #expect(!outcome.output.isEmpty)
        #expect(outcome.errors == "")
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: String) -> String {
        hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
    }
}
