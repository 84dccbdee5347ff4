import APIContract
import Console
import Failures
import FakeDaemon
import FoundationEssentials
import Testing

@testable import Command

@Suite(.timeLimit(.minutes(5)))
struct GitCredentialTests {
    private func token(type: String = "Bearer", expires: Date? = Date(timeIntervalSince1970: 1_800_000_000))
        -> TokenAnswer
    {
        TokenAnswer(
            account: "ads", accessToken: "t=1", tokenType: type, scope: "", expiresAt: expires, expiresIn: nil)
    }

    private func answer(_ lines: [String], _ token: TokenAnswer) throws -> [String] {
        try GitCredential(lines).answer(token, username: "oauth2").split(separator: "\n").map(String.init)
    }

    private static let basic = ["protocol=https", "host=git.example"]

    @Test(arguments: [
        basic, basic + ["capability[]=authtype"], basic + ["wwwauth[]=Bearer realm=\"x\""],
        basic + ["capability[]=authtype", "wwwauth[]=Basic realm=\"Bearer\""],
        basic + ["capability[]=authtype", "wwwauth[]=Bearer", "wwwauth[]="],
        basic + ["capability[]=state", "wwwauth[]=Bearer"],
    ])
    func `a server or a git that knows no Bearer gets the token as the password`(lines: [String]) throws {
        #expect(
            try answer(lines, token()) == ["username=oauth2", "password=t=1", "password_expiry_utc=1800000000"])
        #expect(try answer(lines + ["username=me"], token(expires: nil)) == ["username=me", "password=t=1"])
    }

    @Test(arguments: ["Bearer realm=\"x\"", "bearer", "BEARER"])
    func `a server that takes Bearer gets the token as that`(challenge: String) throws {
        let lines = Self.basic + ["capability[]=authtype", "wwwauth[]=Basic", "wwwauth[]=\(challenge)", "nonsense"]
        #expect(
            try answer(lines, token()) == [
                "capability[]=authtype", "authtype=Bearer", "credential=t=1", "ephemeral=1",
                "password_expiry_utc=1800000000",
            ])
    }

    @Test func `a token that is bound to a key isn't given to git`() throws {
        let failure = try #require(throws: CommandFailure.self) { try answer(Self.basic, token(type: "DPoP")) }
        #expect(failure.exit == .configuration && failure.message.contains("DPoP"))
    }

    @Test(arguments: [
        ("https", "git.example", true), ("http", "localhost", true), ("http", "localhost:8080", true),
        ("http", "127.0.0.1:1", true), ("http", "[::1]:1", true), ("http", "git.example", false),
        ("http", "localhost.example", false), ("http", "127.0.0.1.example", false), ("ftp", "localhost", false),
        ("", "", false),
    ])
    func `the token goes over HTTPS or stays on this machine`(transport: String, host: String, isTaken: Bool) {
        let request = GitCredential(["protocol=\(transport)", "host=\(host)"])
        if isTaken {
            #expect(throws: Never.self) { try request.checkTransport() }
        } else {
            #expect(throws: CommandFailure.self) { try request.checkTransport() }
        }
    }

    @Test func `git reports a refused token`() async throws {
        try await withServedDaemon { daemon, path, _ in
            for line in ["password=old", "credential=old"] {
                let outcome = try await valetkey(
                    ["ads", "erase", "--socket", path], input: "protocol=https\nhost=h\n\(line)\n\n",
                    as: "git-credential-valetkey")
                #expect(outcome.code == 0 && outcome.output.isEmpty && outcome.errors.isEmpty)
            }
            for operation in ["store", "later"] {
                let outcome = try await valetkey(
                    ["ads", operation, "--socket", path], input: "password=t\n", as: "git-credential-valetkey")
                #expect(outcome.code == 0 && outcome.output.isEmpty && outcome.errors.isEmpty)
            }
            let call = "refused old, token ads min_ttl=0 fresh=false wait=30"
            #expect(await daemon.allCalls() == [call, call])
        }
    }

    @Test func `git gets a token, and the reason where there is none`() async throws {
        try await withServedDaemon { _, path, _ in
            let input = "protocol=https\nhost=git.example\n\n"
            let good = try await valetkey(
                ["ads", "get", "--socket", path], input: input, as: "git-credential-valetkey")
            #expect(good.output.hasPrefix("username=oauth2\npassword=token-of-ads\npassword_expiry_utc="))
            let named = try await valetkey(
                ["ads", "--username", "x-access-token", "get", "--socket", path], input: input,
                as: "git-credential-valetkey")
            #expect(named.output.hasPrefix("username=x-access-token\n"))
            let bad = try await valetkey(
                ["unconsented", "get", "--socket", path], input: input, as: "git-credential-valetkey")
            #expect(bad.code == 77 && bad.output.isEmpty)
            let open = try await valetkey(
                ["ads", "get", "--socket", path], input: "protocol=http\nhost=git.example\n",
                as: "git-credential-valetkey")
            #expect(open.code == 64 && open.output.isEmpty && open.errors.contains("not https"))
        }
    }
}
