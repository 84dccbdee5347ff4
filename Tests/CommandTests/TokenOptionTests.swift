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

    @Test func `a header has the token's type`() async throws {
        try await withServedDaemon { daemon, path, _ in
            daemon.hand(out: "bound-token", of: "ads", type: "DPoP")
            let outcome = try await valetkey(["token", "ads", "--format", "header", "--socket", path])
            #expect(outcome.output == "Authorization: DPoP bound-token\n")
        }
    }
}
