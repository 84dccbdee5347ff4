import FakeDaemon
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TokenOptionTests {
    @Test(arguments: ["raw", "json", "header", "xoauth2"])
    func `each format requests what the options say`(format: String) async throws {
        try await withServedDaemon { daemon, path, _ in
            let options = ["--format", format, "--user", "me", "--min-ttl", "5m", "--fresh", "--wait", "7"]
            let outcome = try await valetkey(["token", "ads", "--socket", path] + options)
            #expect(outcome.code == 0)
            #expect(await daemon.allCalls() == ["token ads min_ttl=300 fresh=true wait=7"])
        }
    }

    @Test(arguments: ["raw", "json", "header", "xoauth2"])
    func `without options the daemon's defaults are used`(format: String) async throws {
        try await withServedDaemon { daemon, path, _ in
            let words = ["token", "ads", "--format", format, "--user", "me", "--socket", path]
            let outcome = try await valetkey(words)
            #expect(outcome.code == 0)
            #expect(await daemon.allCalls() == ["token ads min_ttl=0 fresh=false wait=30"])
        }
    }

    @Test(arguments: [
        ([], "id-token-of-ads\n"), (["--format", "raw0"], "id-token-of-ads"), (["--format", "json"], nil),
    ])
    func `the id_token is printed`(_ options: [String], _ output: String?) async throws {
        try await withServedDaemon { daemon, path, _ in
            let words = ["token", "ads", "--id-token", "--min-ttl", "5m", "--wait", "7", "--socket", path]
            let outcome = try await valetkey(words + options)
            #expect(outcome.code == 0 && outcome.output.contains("id-token-of-ads"))
            if let output { #expect(outcome.output == output) } else { #expect(outcome.output.contains("expires_at")) }
            #expect(await daemon.allCalls() == ["token ads min_ttl=300 fresh=false wait=7"])
        }
    }

    @Test(arguments: [
        ["ads", "--format", "header"], ["ads/x"], ["ads", "--scope", "a"], ["ads", "--resource", "https://a.example"],
    ])
    func `what an id_token doesn't have is a usage error`(_ words: [String]) async throws {
        try await withServedDaemon { daemon, path, _ in
            let outcome = try await valetkey(["token", "--id-token", "--socket", path] + words)
            #expect(outcome.code == 64)
            #expect(await daemon.allCalls().isEmpty)
        }
    }

    @Test func `a header has the token's type`() async throws {
        try await withServedDaemon { daemon, path, _ in
            daemon.hand(out: "bound-token", of: "ads", type: "DPoP")
            let outcome = try await valetkey(["token", "ads", "--format", "header", "--socket", path])
            #expect(outcome.output == "Authorization: DPoP bound-token\n")
        }
    }
}
