import APIContract
import Accounts
import AuthorizationServer
import Failures
import FoundationEssentials
import Grants
import HTTPTransport
import OAuth
import TestStores
import Testing
import Text

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct LogoutTests {
    private func logout(_ rig: Rig) async throws -> RevocationReport {
        let report = try await rig.api.logout("demo").get()
        // REVOKE-3
        #expect(rig.store["demo"] == nil && rig.token == nil)
        #expect(report.state == .noGrant)
        return try #require(report.revocation)
    }

    private static func revokedTokens(_ entries: [JournalEntry]) -> [Secret?] {
        entries.filter { $0.endpoint == .revocation }.map { $0.parameters["token"] }
    }

    private func revocations(_ rig: Rig) -> [JournalEntry] {
        rig.server.activity.entries.filter { $0.endpoint == .revocation }
    }

    // REVOKE-1, REVOKE-2
    @Test func `the refresh token is revoked first, with the client's authentication`() async throws {
        let client = Client(
            id: "deskc", secret: .literal(Secret("looking-glass")), authentication: .clientSecretBasic)
        try await Rig.run(account: { try .discovered($0, client: client) }) { rig in
            _ = try await rig.consent()
            let refreshToken = try #require(rig.grant?.refreshToken)
            let report = try await logout(rig)
            #expect(report.state == .revoked)
            let first = try #require(revocations(rig).first)
            #expect(first.parameters["token"] == refreshToken)
            #expect(first.parameters["token_type_hint"] == Secret("refresh_token"))
            #expect(first.authentication == .clientSecretBasic && first.clientID == "deskc")
        }
    }

    // REVOKE-2
    @Test func `a token that the server doesn't know counts as revoked`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            rig.server.revokeAllGrants()
            let report = try await logout(rig)
            #expect(report.state == .revoked)
        }
    }

    // REVOKE-2
    @Test func `a reply that denies its own status doesn't count as a revocation`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            rig.server.fail(.reply(200, #"{"error":"invalid_client","error_description":"who?"}"#), at: .revocation)
            let report = try await logout(rig)
            #expect(report.state == .failed && report.detail?.contains("who?") == true)
            #expect(revocations(rig).count == 1)
        }
    }

    // REVOKE-2
    @Test func `after a 503 the token counts as valid, and the revocation is tried again after the server's pause`()
        async throws
    {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            rig.server.fail(.status(503, retryAfter: 7), at: .revocation)
            async let report = logout(rig)
            await rig.clock.awaitSleeper(for: .seconds(7))
            #expect(revocations(rig).count == 1)
            rig.clock.advance(by: .seconds(7))
            let revocation = try await report
            #expect(revocation.state == .revoked)
        }
    }

    // REVOKE-3
    @Test(arguments: [
        Fault.status(503, retryAfter: 600), .status(500), .hangUp, .error("invalid_client"), .status(401),
    ])
    func `the local grant is removed whatever the server answers, and the caller is told the answer`(
        _ fault: Fault
    ) async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            rig.server.failAlways(fault, at: .revocation)
            let report = try await logout(rig)
            #expect(report.state == .failed)
            #expect(report.detail?.contains("127.0.0.1") == true)
            #expect(report.hint?.contains("connected applications") == true)
        }
    }

    private static func stated(_ server: AuthorizationServer) throws -> AccountSettings {
        var account = try AccountSettings.discovered(server)
        account.endpoints = Endpoints(
            authorization: try EndpointURL(server.authorizationEndpoint), token: try EndpointURL(server.tokenEndpoint))
        return account
    }

    // REVOKE-1, META-3
    @Test func `the metadata names the revocation endpoint even where other endpoints are configured`() async throws {
        try await Rig.run(account: Self.stated) { rig in
            _ = try await rig.consent()
            let report = try await logout(rig)
            #expect(report.state == .revoked && revocations(rig).count == 2)
        }
    }

    // REVOKE-3
    @Test func `the grant of a refresh that ends after the logout is revoked as well`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            rig.server.fail(.delay)
            async let answer = rig.refresh()
            try await rig.server.wait { $0.held == 1 }
            _ = try await logout(rig)
            #expect(await answer == .consentRequired(nil))
            rig.server.release()
            try await rig.server.wait { Self.revokedTokens($0.entries).count == 4 }
            #expect(Set(Self.revokedTokens(rig.server.activity.entries)).count == 4)
            #expect(rig.store["demo"] == nil && rig.token == nil)
        }
    }

    // REVOKE-3
    @Test(arguments: [
        (Fault?.none, " and ended at the authorization server, but its file stays: no space left"),
        (.status(500), ", still stands at the authorization server ("),
    ])
    func `a logout whose file can't be removed fails, and the server is told all the same`(
        _ fault: Fault?, _ said: String
    ) async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            _ = try await rig.consent()
            if let fault { rig.server.failAlways(fault, at: .revocation) }
            rig.store.fail([.erase])
            guard case .failure(let problem) = await rig.api.logout("demo") else { throw Unexpected() }
            #expect(problem.code == .storage && problem.status == 500 && problem.hint == "free some")
            #expect(problem.detail.hasPrefix("demo: the grant is forgotten\(said)"), "\(problem.detail)")
            #expect(!revocations(rig).isEmpty)
            #expect(rig.token == nil)
            let report = try rig.api.account("demo").get()
            #expect(report.state == .noGrant && report.lastError?.code == "storage")
        }
    }

    // REVOKE-3
    @Test func `a logout works at a server without a revocation endpoint`() async throws {
        let account = { (server: AuthorizationServer) throws -> AccountSettings in
            var account = try Self.stated(server)
            account.issuer = nil
            return account
        }
        try await Rig.run(account: account) { rig in
            _ = try await rig.consent()
            let report = try await logout(rig)
            #expect(report.state == .unsupported)
        }
    }
}
