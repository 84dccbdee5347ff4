import APIContract
import Accounts
import AuthorizationClient
import AuthorizationServer
import Configuration
import Failures
import Files
import FoundationEssentials
import Grants
import HTTPTransport
import OAuth
import Scratch
import Secrets
import Stores
import Testing
import Text

@testable import Daemon

/// Registrations as the daemon keeps and deletes them.
@Suite(.timeLimit(.minutes(5))) struct RegistrationTests {
    private let state: ScratchFolder
    private let keys: ScratchFolder

    init() throws {
        state = try ScratchFolder()
        keys = try ScratchFolder()
    }

    private func run(_ body: (Rig) async throws -> Void) async throws {
        try await Rig.run(
            { $0.registration = RegistrationPolicy() }, account: { try .discovered($0) },
            sealing: { [self] time in
                let folder = try PrivateFolder(state.path)
                let store = try FileGrantStore(folder: folder, keyFolder: keys.path, bootID: "boot", time: time)
                let sources = KeySources(
                    folder: keys.path, state: folder, credentials: keys.path, environment: [:], clock: time.clock)
                let opened = try await sources.open(.file)
                if let ring = opened.ring { store.adopt(keys: ring.keys) }
                return Sealing(store: store, sources: sources, opened: opened)
            }, body)
    }

    /// Registers a client at the server as setup does.
    private func registered(_ rig: Rig) async throws -> NewRegistration {
        let client = rig.api.registrations.client
        let redirect = try RedirectURI("http://127.0.0.1/mcp")
        let registration = try await client.register(
            RegistrationRequest(redirectURI: redirect, scopes: ["mail"], softwareVersion: "1"), redirectURI: redirect,
            at: EndpointURL("\(rig.server.issuer)/register"))
        return NewRegistration(
            issuer: rig.server.issuer, clientID: registration.clientID, clientSecret: "looking-glass",
            registrationAccessToken: registration.accessToken?.expose(),
            registrationClientURI: registration.managementURI?.text)
    }

    private func code<Value>(_ work: () async throws(Problem) -> Value) async -> FailureCode? {
        do throws(Problem) {
            _ = try await work()
            return nil
        } catch {
            return error.code
        }
    }

    // REG-5
    @Test func `a registration is sealed, told without secrets, and deleted at its server`() async throws {
        try await run { rig in
            let new = try await registered(rig)
            let registrations = rig.api.registrations
            let report = try await registrations.keep(new, "mcp")
            #expect(report.isDeletable && report.clientID == new.clientID && report.account == "mcp")
            #expect(try await registrations.report("mcp") == report)
            let sealed = try state.read("mcp.registration")
            for secret in ["looking-glass", new.registrationAccessToken ?? "", new.clientID] {
                #expect(!secret.isEmpty && !String(decoding: sealed, as: UTF8.self).contains(secret))
            }
            #expect(try await registrations.secret(of: "mcp") == Secret("looking-glass"))
            #expect(try await registrations.delete("mcp") == report)
            #expect(try state.names().contains("mcp.registration") == false)
            #expect(rig.transport.count("/register/\(new.clientID)") == 1)
            #expect(await code { () throws(Problem) in try await registrations.report("mcp") } == .noRegistration)
        }
    }

    // REG-5
    @Test func `where the server refuses to delete it, the registration stays`() async throws {
        try await run { rig in
            let new = try await registered(rig)
            let registrations = rig.api.registrations
            _ = try await registrations.keep(new, "mcp")
            rig.transport.answer("/register/\(new.clientID)", .init(status: 403, body: []))
            #expect(await code { () throws(Problem) in try await registrations.delete("mcp") } == .registrationRefused)
            rig.transport.fail("/register/\(new.clientID)")
            #expect(await code { () throws(Problem) in try await registrations.delete("mcp") } == .connection)
            #expect(try state.names().contains("mcp.registration"))
            // The server has forgotten it already.
            rig.transport.answer("/register/\(new.clientID)", .init(status: 401, body: []))
            _ = try await registrations.delete("mcp")
            #expect(try !state.names().contains("mcp.registration"))
        }
    }

    @Test func `one registration is never kept over another whose token would be lost`() async throws {
        try await run { rig in
            let registrations = rig.api.registrations
            let new = NewRegistration(
                issuer: "https://a.example", clientID: "c", registrationAccessToken: "t",
                registrationClientURI: "https://a.example/c")
            _ = try await registrations.keep(new, "mcp")
            _ = try await registrations.keep(new, "mcp")
            var other = new
            other.clientID = "d"
            #expect(await code { () throws(Problem) in try await registrations.keep(other, "mcp") } == .consentConflict)
            #expect(try await registrations.report("mcp").clientID == "c")
        }
    }

    @Test(arguments: ["../mcp", "a/b", ".x", ""]) func `a name that no account has is refused`(name: String)
        async throws
    {
        try await run { rig in
            let new = NewRegistration(issuer: "https://a.example", clientID: "c")
            let registrations = rig.api.registrations
            #expect(await code { () throws(Problem) in try await registrations.keep(new, name) } == .malformedRequest)
            #expect(await code { () throws(Problem) in try await registrations.report(name) } == .noRegistration)
        }
    }

    @Test(arguments: [
        NewRegistration(issuer: "http://a.example", clientID: "c"),
        NewRegistration(issuer: "https://a.example?x", clientID: "c"),
        NewRegistration(issuer: "https://a.example", clientID: ""),
        NewRegistration(issuer: "https://a.example", clientID: "c", registrationClientURI: "http://a.example/c"),
    ]) func `addresses that aren't encrypted are refused`(new: NewRegistration) async throws {
        try await run { rig in
            let registrations = rig.api.registrations
            #expect(await code { () throws(Problem) in try await registrations.keep(new, "mcp") } == .malformedRequest)
        }
    }

    @Test func `a registration without a token is only forgotten, and one without a secret has none`() async throws {
        try await run { rig in
            let registrations = rig.api.registrations
            let report = try await registrations.keep(
                NewRegistration(issuer: "https://a.example", clientID: "c"), "mcp")
            #expect(!report.isDeletable)
            await #expect(throws: SecretFault.noRegistration(name: "mcp")) {
                try await registrations.secret(of: "mcp")
            }
            _ = try await registrations.delete("mcp")
            #expect(rig.transport.calls.isEmpty)
        }
    }

    // KEEP-1
    @Test func `a rotation of the key seals registrations anew, and a damaged one is told`() async throws {
        try await run { rig in
            let registrations = rig.api.registrations
            _ = try await registrations.keep(
                NewRegistration(issuer: "https://a.example", clientID: "c", clientSecret: "s"), "mcp")
            let before = try state.read("mcp.registration")
            let report = try await rig.api.rotate(RotationRequest()).get()
            #expect(report.resealed == 1)
            #expect(try state.read("mcp.registration").prefix(30) != before.prefix(30))
            #expect(try await registrations.secret(of: "mcp") == Secret("s"))
            // A registration of one name doesn't pass for another's.
            try state.write(state.read("mcp.registration"), as: "other.registration")
            #expect(await code { () throws(Problem) in try await registrations.report("other") } == .unreadableFile)
        }
    }

    // REG-4
    @Test func `a secret that has expired by the configuration is not sent`() async throws {
        try await Rig.run(account: { server in
            let client = Client(
                id: "deskc", secret: .literal(Secret("looking-glass")), authentication: .clientSecretPost)
            var account = try AccountSettings.discovered(server, client: client)
            account.client.secretExpires = TestClock().wall + 3600
            return account
        }) { rig in
            try await rig.consent(endingAs: .granted)
            let report = try rig.api.account("demo").get()
            #expect(report.clientExpiresAt == TestClock().wall + 3600)
            let posts = rig.server.activity.tokenRequests().count
            rig.clock.advance(by: .seconds(3601))
            guard case .misconfigured(let failure) = await rig.failedRefresh() else { throw Unexpected() }
            #expect(failure.code == .clientSecret)
            #expect(rig.server.activity.tokenRequests().count == posts)
        }
    }
}
