import APIContract
import APIServer
import Accounts
import AuthorizationServer
import Failures
import Files
import FoundationEssentials
import Glibc
import Grants
import Logging
import OAuth
import Scratch
import Testing
import Text

@testable import Daemon

/// Files that follow the tokens of a real authorization server.
@Suite(.timeLimit(.minutes(5))) struct TokenFilesTests {
    /// Runs with an account whose token's file is `token` in a folder that stands for the runtime folder.
    private func run(
        _ file: TokenFile? = TokenFile(path: "%h/token", mayBeOnDisk: true),
        _ body: (Rig, ScratchFolder, AccountSettings) async throws -> Void
    ) async throws {
        let home = try ScratchFolder()
        try await Rig.run(
            account: { server in
                var account = try AccountSettings.discovered(server)
                account.tokenFile = file
                return account
            }, environment: ["HOME": home.path]
        ) { rig in
            let settings = try #require(rig.keeper.account("demo")?.settings)
            await rig.parts.tokenFiles.adopt(["demo": settings])
            try await body(rig, home, settings)
        }
    }

    private func settle(_ rig: Rig) async { await rig.parts.tokenFiles.onQueue {} }

    private func text(_ rig: Rig) throws -> String { try #require(rig.token).accessToken.expose() }

    @Test func `the file is written once there is a grant, follows each refresh, and is gone after the logout`()
        async throws
    {
        try await run { rig, home, _ in
            #expect(try home.names().isEmpty)
            #expect(
                rig.api.accounts().accounts[0].tokenFiles == [TokenFileReport(path: home.file("token"), written: false)]
            )
            try await rig.consent(endingAs: .granted)
            await settle(rig)
            let first = try text(rig)
            #expect(try home.text("token") == first && home.mode("token") == 0o600)
            #expect(
                rig.api.accounts().accounts[0].tokenFiles == [TokenFileReport(path: home.file("token"), written: true)])
            guard case .token = await rig.refresh() else { throw Unexpected() }
            await settle(rig)
            #expect(try home.text("token") == text(rig) && text(rig) != first)
            _ = try await rig.api.logout("demo").get()
            await settle(rig)
            #expect(try home.names().isEmpty)
        }
    }

    @Test(arguments: [TokenFile.Format.header, .json])
    func `the other formats hold what programs read`(_ format: TokenFile.Format) async throws {
        try await run(TokenFile(path: "%h/token", format: format, mayBeOnDisk: true)) { rig, home, _ in
            try await rig.consent(endingAs: .granted)
            await settle(rig)
            let (text, token) = (try home.text("token"), try #require(rig.token))
            guard format == .json else {
                #expect(text == "Authorization: Bearer \(token.accessToken.expose())\n")
                return
            }
            let answer = try ContractJSON.decode(TokenAnswer.self, from: Data(text.utf8))
            #expect(answer.accessToken == token.accessToken.expose() && answer.account == "demo" && answer.token == nil)
            #expect(answer.tokenType == "Bearer" && answer.scope == "mail" && answer.expiresIn == nil)
            let ends = rig.clock.wall + (try #require(token.expires) - rig.time.now().instant).timeInterval
            #expect(abs(try #require(answer.expiresAt).timeIntervalSince(ends)) < 1)
            #expect(answer.expiresOn == Int(ends.timeIntervalSince1970) && text.hasSuffix("}\n"))
        }
    }

    @Test func `a further token has a file of its own, which goes with the table`() async throws {
        let home = try ScratchFolder()
        try await Rig.run(
            account: { server in
                var account = try AccountSettings.discovered(server)
                account.tokens = ["x": TokenTarget(scope: Scope(["mail"]))]
                account.furtherTokenFiles = ["x": TokenFile(path: "%h/x", mayBeOnDisk: true)]
                return account
            }, environment: ["HOME": home.path]
        ) { rig in
            var settings = try #require(rig.keeper.account("demo")?.settings)
            await rig.parts.tokenFiles.adopt(["demo": settings])
            try await rig.consent(endingAs: .granted)
            let token = try await rig.token(TokenQuery(account: "demo", token: "x")).get()
            await settle(rig)
            #expect(try home.text("x") == token.accessToken && text(rig) != token.accessToken)
            #expect(rig.api.accounts().accounts[0].tokenFiles?.map(\.token) == ["x"])
            settings.furtherTokenFiles = [:]
            await rig.parts.tokenFiles.adopt(["demo": settings])
            #expect(try home.names().isEmpty && rig.api.accounts().accounts[0].tokenFiles == nil)
        }
    }

    @Test func `the file goes when the server ends the grant, although readers still get the token`() async throws {
        try await run { rig, home, _ in
            try await rig.consent(endingAs: .granted)
            rig.server.revokeAllGrants()
            _ = await rig.failedRefresh()
            // A refusal counts when it is repeated.
            #expect(try home.names() == ["token"])
            rig.clock.advance(by: .seconds(21))
            rig.time.happen(.due)
            _ = await rig.log.line("a new consent is needed")
            let line = await rig.log.line("the file of a token was removed")
            #expect(line.level == .info && line.fields["expired"] == "false")
            #expect(try home.names().isEmpty && rig.token != nil)
            try await rig.consent(endingAs: .granted)
            await settle(rig)
            #expect(try home.text("token") == text(rig))
        }
    }

    @Test func `the file goes when its token expires without a newer one, which is told`() async throws {
        try await run { rig, home, _ in
            try await rig.consent(endingAs: .granted)
            await settle(rig)
            let token = try #require(rig.token)
            let left = try #require(token.expires) - token.margin - rig.time.now().instant
            await rig.clock.awaitSleeper(for: left)
            #expect(try home.names() == ["token"])
            rig.transport.fail("/token", times: 100)
            rig.clock.advance(by: left)
            let line = await rig.log.line("the file of a token was removed")
            #expect(line.level == .warning && line.fields["expired"] == "true")
            #expect(line.fields["path"] == home.file("token"))
            #expect(try home.names().isEmpty)
        }
    }

    @Test func `a reload moves the file, changes its format, and removes it`() async throws {
        try await run { rig, home, settings in
            try await rig.consent(endingAs: .granted)
            var settings = settings
            settings.tokenFile = TokenFile(path: "%h/moved", mayBeOnDisk: true)
            await rig.parts.tokenFiles.adopt(["demo": settings])
            #expect(try home.names() == ["moved"] && home.text("moved") == text(rig))
            settings.tokenFile = TokenFile(path: "%h/moved", format: .header, mayBeOnDisk: true)
            await rig.parts.tokenFiles.adopt(["demo": settings])
            #expect(try home.text("moved").hasPrefix("Authorization: "))
            await rig.parts.tokenFiles.adopt([:])
            #expect(try home.names().isEmpty)
        }
    }

    @Test func `a file that can't be written is told once, and the grant isn't harmed`() async throws {
        try await run { rig, home, settings in
            _ = try home.place("mine", as: "token")
            try await rig.consent(endingAs: .granted)
            let line = await rig.log.line("the file of a token isn't right")
            #expect(line.level == .error && line.fields["account"] == "demo" && line.fields["code"] == "storage")
            #expect(line.fields["detail"]?.contains("is a file that isn't ours") == true)
            guard case .token = await rig.refresh() else { throw Unexpected() }
            await rig.parts.tokenFiles.adopt(["demo": settings])
            let report = try #require(rig.api.accounts().accounts[0].tokenFiles?.first)
            #expect(!report.written && report.lastError?.hint == "move it away, or name another token_file")
            #expect(try home.text("token") == "mine")
            try home.remove("token")
            guard case .token = await rig.refresh() else { throw Unexpected() }
            #expect(await rig.log.line("the file of a token is written again").level == .notice)
            #expect(try home.text("token") == text(rig))
            #expect(rig.api.accounts().accounts[0].tokenFiles?.first?.lastError == nil)
            #expect(rig.log.lines.count { $0.message == "the file of a token isn't right" } == 1)
        }
    }

    @Test func `of two accounts with one file the second is told, and changes nothing`() async throws {
        try await run { rig, home, settings in
            try await rig.consent(endingAs: .granted)
            var other = settings
            other.name = "other"
            other.tokenFile?.path = home.file("token")
            await rig.parts.tokenFiles.adopt(["demo": settings, "other": other])
            #expect(try home.text("token") == text(rig))
            #expect(rig.parts.tokenFiles.reports(of: "other")?.map(\.written) == [false])
        }
    }

    @Test func `a stop removes the files, and what a killed daemon has left is replaced or removed`() async throws {
        let home = try ScratchFolder()
        let list = TokenFileList(folder: try .init(home.path))
        _ = try home.place("old", as: "token")
        _ = try home.place("old", as: "gone")
        _ = try home.place("mine", as: "mine")
        list.write([home.file("token"), home.file("gone")])
        try await Rig.run(account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            var settings = try #require(rig.keeper.account("demo")?.settings)
            settings.tokenFile = TokenFile(path: home.file("token"), mayBeOnDisk: true)
            let places = TokenFilePlaces(environment: [:], state: list.folder)
            let files = TokenFiles(
                keeper: rig.keeper, places: places, time: rig.time, clock: rig.clock, observer: { _, _ in })
            await files.adopt(["demo": settings])
            #expect(try home.names() == ["mine", "token", "token-files"] && home.text("token") == text(rig))
            #expect(list.read() == [home.file("token")])
            files.stop()
            await files.run()
            #expect(try home.names() == ["mine", "token-files"] && list.read().isEmpty)
            files.note(TokenKey(account: "demo"))
            await files.onQueue {}
            await files.adopt(["demo": settings])
            #expect(try home.names() == ["mine", "token-files"])
        }
    }
}
