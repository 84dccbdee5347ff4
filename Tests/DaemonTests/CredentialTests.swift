import APIContract
import APIServer
import Accounts
import AuthorizationServer
import Failures
import FoundationEssentials
import Glibc
import Grants
import Logging
import NIOCore
import NIOPosix
import OAuth
import RawClient
import Scratch
import Testing
import Text

@testable import Daemon

/// `LoadCredential=` of a unit at the daemon's sockets.
@Suite(.timeLimit(.minutes(5))) struct CredentialTests {
    private static let line = "a unit got an empty credential"

    /// Runs a test with the account `demo`, its token `x`, and the main socket at the path that the test gets.
    private func run(
        names: [String] = [], expected: [String] = [],
        _ body: (Rig, SocketServer, ScratchFolder) async throws -> Void
    ) async throws {
        try await Rig.run(
            account: { server in
                var account = try AccountSettings.discovered(server)
                account.tokens = ["x": TokenTarget(scope: Scope(["mail"]))]
                return account
            }
        ) { rig in
            let settings = try #require(rig.keeper.account("demo")?.settings)
            var accounts = ["demo": settings]
            for name in names {
                accounts[name] = settings
                accounts[name]?.name = name
            }
            _ = await rig.keeper.configure(accounts)
            rig.parts.api.readLog.adopt(expected: accounts.mapValues { _ in expected })
            let folder = try ScratchFolder()
            let server = try await SocketServer.open(
                .path(folder.file("s")), group: MultiThreadedEventLoopGroup.singleton,
                table: RouteTable(rig.api.routes, version: "", credentials: rig.api.credentials))
            do {
                try await body(rig, server, folder)
            } catch {
                await server.close(patience: .zero)
                throw error
            }
            await server.close(patience: .zero)
        }
    }

    @Test func `a credential is the bare token of the account or of one of its tokens, read by the unit`() async throws
    {
        try await run { rig, _, folder in
            try await rig.consent(endingAs: .granted)
            let own = try await CredentialClient.fetch("demo", from: folder.file("s"))
            #expect(try own == #require(rig.token).accessToken.expose())
            let further = try await CredentialClient.fetch("demo.x", from: folder.file("s"))
            #expect(
                further == rig.keeper.published(TokenKey(account: "demo", token: .named("x")))?.accessToken.expose())
            #expect(own != further && !own.isEmpty)
            let readers = rig.parts.api.readLog.report(of: "demo", now: rig.time.now()).readers
            #expect(readers.map(\.unit) == ["backup.service"] && readers.map(\.count) == [2])
            #expect(readers.first?.uid == geteuid() && readers.first?.socket == "main")
            // The same socket still speaks HTTP with everybody else.
            let answer = try RawClient(.unix(path: folder.file("s"))).ask("GET /token/demo HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(answer?.status == 200)
        }
    }

    @Test func `it waits for a refresh as other readers do`() async throws {
        try await run { rig, _, folder in
            try await rig.consent(endingAs: .granted)
            let old = try #require(rig.token)
            rig.clock.sleepThrough(.seconds(100_000))
            let token = try await CredentialClient.fetch("demo", from: folder.file("s"))
            #expect(try token == #require(rig.token).accessToken.expose() && token != old.accessToken.expose())
        }
    }

    @Test func `an expected unit isn't warned of, another one is`() async throws {
        try await run(expected: ["unit:backup.service"]) { rig, _, folder in
            try await rig.consent(endingAs: .granted)
            _ = try await CredentialClient.fetch("demo", from: folder.file("s"))
            #expect(await rig.log.line("a token was read").fields["unit"] == "backup.service")
            _ = try await CredentialClient.fetch("demo", unit: "other.service", from: folder.file("s"))
            let line = await rig.log.line("a token was read by somebody whom the account doesn't expect")
            #expect(line.fields["unit"] == "other.service")
        }
    }

    @Test(arguments: [
        ("nobody", "no_such_account", "there is no account that the credential \"nobody\" is named like"),
        ("demo.y", "no_such_account", "there is no account that the credential \"demo.y\" is named like"),
        ("demo", "consent_required", "demo isn't logged in"),
        ("demo.x", "consent_required", "demo isn't logged in"),
    ])
    func `what has no token is answered with nothing, and logged with what to do`(
        _ credential: String, _ code: String, _ detail: String
    ) async throws {
        try await run { rig, _, folder in
            let token = try await CredentialClient.fetch(credential, from: folder.file("s"))
            #expect(token.isEmpty)
            let line = await rig.log.line(Self.line)
            #expect(line.level == .error && line.fields["unit"] == "backup.service")
            #expect(line.fields["credential"] == credential && line.fields["code"] == code)
            #expect(line.fields["detail"] == detail && line.fields["hint"]?.isEmpty == false)
            #expect(line.fields["uid"] == "\(geteuid())" && line.fields["socket"] == "main")
        }
    }

    @Test func `a name that can be two tokens is neither`() async throws {
        try await run(names: ["demo.x"]) { rig, _, folder in
            try await rig.consent(endingAs: .granted)
            let (both, own) = (
                try await CredentialClient.fetch("demo.x", from: folder.file("s")),
                try await CredentialClient.fetch("demo", from: folder.file("s"))
            )
            #expect(both.isEmpty && !own.isEmpty)
            let line = await rig.log.line(Self.line)
            #expect(line.fields["detail"] == "the credential \"demo.x\" can be demo.x or demo/x")
        }
    }

    @Test func `a further socket gives the tokens that it has, to its peers`() async throws {
        try await run(names: ["demo.x"]) { rig, server, folder in
            try await rig.consent(endingAs: .granted)
            for (name, accounts, peers, permissions, credential, isGiven) in [
                ("a", ["demo/x"], .own, ["token"], "demo.x", true), ("b", ["demo/x"], .own, ["token"], "demo", false),
                ("c", ["demo"], .own, ["token"], "demo", true), ("d", ["demo"], .own, ["events"], "demo", false),
            ] as [(String, Set<String>, SocketGate.Peers, Set<String>, String, Bool)] {
                let gate = SocketGate(accounts: accounts, permissions: permissions, peers: peers, wait: 1)
                let socket = try await server.openExtra(
                    .path(folder.file(name)), name: name, gate: gate, connections: 4)
                let token = try await CredentialClient.fetch(credential, from: folder.file(name))
                #expect(token.isEmpty != isGiven, "\(name)")
                await socket.close()
            }
            let lines = rig.log.lines.filter { $0.message == Self.line }
            #expect(Set(lines.compactMap { $0.fields["socket"] }).isSubset(of: ["b", "d"]))
        }
    }
}
