import AuthorizationServer
import Console
import Failures
import FakeDaemon
import FoundationEssentials
import HTTPTransport
import OAuth
import Scratch
import Testing

@testable import Setup

/// Setups from a URL, against the embedded authorization server.
@Suite(.timeLimit(.minutes(5))) struct AddressTests {
    private static let wellKnown = "/.well-known/oauth-protected-resource/resource"

    private func run(
        registration: RegistrationPolicy? = RegistrationPolicy(),
        resource: ResourceMetadataPolicy? = ResourceMetadataPolicy(),
        _ body: (AuthorizationServer, SetupRig, FakeDaemon) async throws -> Void
    ) async throws {
        var settings = ServerSettings.wonderland
        settings.registration = registration
        settings.resourceMetadata = resource
        let curl = CurlTransport()
        defer { curl.stop() }
        try await withAuthorizationServer(settings) { server in
            try await withServedDaemon { daemon, socket, _ in
                daemon.openKey()
                try await body(server, try SetupRig(transport: curl, socket: socket), daemon)
            }
        }
    }

    private func expect(_ rig: SetupRig, _ lines: [String], clientOf server: AuthorizationServer) throws {
        let text = rig.text
        let id = try #require(text.firstMatch(of: #/client_id = "(client-[^"]+)"/#)).output.1
        #expect(text.replacing(id, with: "ID") == lines.joined(separator: "\n") + "\n")
    }

    // PRM-1, REG-1
    @Test func `the well-known metadata of an API is enough for an account`() async throws {
        try await run { server, rig, daemon in
            let outcome = try await rig.run([server.resource, "--account", "mail", "--yes"])
            #expect(outcome.status == 0, "\(outcome)")
            try expect(
                rig,
                [
                    "[accounts.mail]", "# Added by valetkey setup from \(server.resource)",
                    "issuer = \"\(server.issuer)\"", "client_id = \"ID\"", "redirect_uri = \"http://127.0.0.1/mail\"",
                    "resource = \"\(server.resource)\"", "scopes = [\"profile\"]",
                ], clientOf: server)
            let calls = await daemon.allCalls()
            #expect(calls.filter { $0.hasPrefix("keep registration mail client-") }.count == 1)
            #expect(calls.suffix(2) == ["reload", "accounts"])
            #expect(outcome.screen.contains("Next: valetkey login mail"))
            #expect(outcome.commands.isEmpty)
        }
    }

    // PRM-3
    @Test func `metadata elsewhere is found by the challenge`() async throws {
        try await run(resource: ResourceMetadataPolicy { $0.path = "/elsewhere" }) { server, rig, _ in
            let outcome = try await rig.run([server.resource, "--account", "mail", "--yes"])
            #expect(outcome.status == 0, "\(outcome)")
            #expect(rig.text.contains("resource = \"\(server.resource)\""))
        }
    }

    // PRM-2, PRM-3
    @Test(arguments: [wellKnown, "/elsewhere"])
    func `metadata about another resource is not used, and its name is told`(path: String) async throws {
        let policy = ResourceMetadataPolicy {
            $0.path = path
            $0.resource = "https://evil.example/"
        }
        try await run(resource: policy) { server, rig, daemon in
            let outcome = try await rig.run([server.resource, "--account", "mail", "--yes"])
            #expect(outcome.failure?.message.contains("it is about another resource") == true)
            #expect(outcome.failure?.hint?.contains("valetkey setup https://evil.example/") == true)
            #expect(rig.text.isEmpty)
        }
    }

    // PRM-4
    @Test func `of several authorization servers none is taken without a choice`() async throws {
        let policy = ResourceMetadataPolicy { $0.authorizationServers = ["https://a.example", "https://b.example"] }
        try await run(resource: policy) { server, rig, _ in
            let outcome = try await rig.run([server.resource, "--account", "mail", "--yes"])
            #expect(outcome.failure?.exit == .usage)
            #expect(outcome.failure?.message.contains("https://a.example, https://b.example") == true)
            let chosen = try await rig.run([
                server.resource, "--account", "mail", "--yes", "--issuer", server.issuer,
            ])
            #expect(chosen.status == 0, "\(chosen)")
            #expect(rig.text.contains("resource = \"\(server.resource)\""))
        }
    }

    @Test func `metadata without an authorization server needs one to be named`() async throws {
        try await run(resource: ResourceMetadataPolicy { $0.authorizationServers = [] }) { server, rig, _ in
            let outcome = try await rig.run([server.resource, "--account", "mail", "--yes"])
            #expect(outcome.failure?.hint == "name it with --issuer")
        }
    }

    @Test func `the named authorization server makes up for an API without metadata`() async throws {
        try await run(resource: nil) { server, rig, _ in
            let outcome = try await rig.run([
                server.resource, "--account", "mail", "--yes", "--issuer", server.issuer,
            ])
            #expect(outcome.status == 0, "\(outcome)")
            #expect(rig.text.contains("resource = \"\(server.resource)\""))
        }
    }

    @Test func `an authorization server's own URL gives an account without a resource`() async throws {
        try await run(resource: nil) { server, rig, _ in
            let outcome = try await rig.run([server.issuer, "--account", "mail", "--yes"])
            #expect(outcome.status == 0, "\(outcome)")
            #expect(!rig.text.contains("resource"))
        }
    }

    // REG-2, REG-4
    @Test func `the account follows what the server registered`() async throws {
        let policy = RegistrationPolicy {
            $0.authentication = .clientSecretPost
            $0.secretLife = .seconds(86_400)
            $0.redirectURIs = ["http://localhost/cb"]
            $0.scope = "other profile"
        }
        try await run(registration: policy) { server, rig, _ in
            let outcome = try await rig.run([
                server.resource, "--account", "mail", "--yes", "--scopes", "profile mail",
            ])
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.screen.contains("the client's secret expires on "))
            for line in [
                #"client_secret = { registration = "mail" }"#, #"client_authentication = "client_secret_post""#,
                #"redirect_uri = "http://localhost/cb""#, #"scopes = ["profile"]"#,
            ] {
                #expect(rig.text.contains(line))
            }
            #expect(rig.text.contains(#/client_secret_expires = "20\d\d-.*Z"/#))
        }
    }

    // REG-2
    @Test(
        arguments: [
            (["a", "b"], nil, ["a", "b"]), (["a", "b"], ["b", "c"], ["b"]), (["a"], ["c"], ["c"]), ([], ["c"], []),
            (["a"], [], ["a"]),
        ] as [([String], [String]?, [String])]) func `only registered scopes are asked for`(
            wanted: [String], registered: [String]?, result: [String]
        )
    {
        #expect(Setup.scopes(wanted, registered: registered) == result)
    }

    // REG-3
    @Test func `a refused registration is told with what to do`() async throws {
        try await run { server, rig, _ in
            let outcome = try await rig.run([
                server.resource, "--account", "mail", "--yes", "--redirect-uri", "https://app.example/cb?x=1",
            ])
            #expect(outcome.status == 0, "\(outcome)")
            try rig.folder.remove("config.toml")
        }
        try await run(registration: RegistrationPolicy { $0.redirectURIs = ["nonsense"] }) { server, rig, _ in
            let outcome = try await rig.run([server.resource, "--account", "mail", "--yes"])
            #expect(outcome.failure?.message.contains("invalid_redirect_uri") == true)
            #expect(outcome.failure?.hint?.contains("--redirect-uri") == true)
            #expect(rig.text.isEmpty)
        }
    }

    @Test func `without registration a client id is asked for, and what to register is said`() async throws {
        try await run(registration: nil) { server, rig, daemon in
            let none = try await rig.run([server.resource, "--account", "mail", "--yes"])
            #expect(none.failure?.hint == "give it with --client-id")
            let outcome = try await rig.run([server.resource], answers: ["mail", "", "desk", "n"])
            #expect(outcome.status == 0, "\(outcome)")
            #expect(outcome.screen.contains("redirect URI  http://127.0.0.1/\n"))
            #expect(rig.text.contains("client_id = \"desk\"\nredirect_uri = \"http://127.0.0.1/\""))
            #expect(await daemon.allCalls() == ["reload", "accounts"])
        }
    }

    @Test func `a stated client is used as it is, and a refused offer asks for one`() async throws {
        try await run { server, rig, daemon in
            let stated = try await rig.run([server.resource, "--account", "mail", "--yes", "--client-id", "mine"])
            #expect(stated.status == 0 && rig.text.contains("client_id = \"mine\""))
            try rig.folder.remove("config.toml")
            let refused = try await rig.run([server.resource], answers: ["mail", "", "n", "mine too", "n"])
            #expect(refused.status == 0 && rig.text.contains("client_id = \"mine too\""), "\(refused)")
            #expect(await daemon.allCalls().filter { $0.hasPrefix("keep") }.isEmpty)
        }
    }

    @Test(arguments: ["http://api.example", "https://a@api.example", "https://api.example/#x", "ftp://api.example"])
    func `only https URLs are asked`(address: String) async throws {
        let outcome = try await SetupRig().run([address, "--yes"])
        #expect(outcome.failure?.exit == .usage)
    }

    @Test func `while the stored grants are locked nothing is registered`() async throws {
        try await withServedDaemon { daemon, socket, _ in
            try await run { server, rig, _ in
                let locked = try SetupRig(transport: rig.transport, socket: socket)
                let outcome = try await locked.run([server.resource, "--account", "mail", "--yes"])
                #expect(outcome.failure?.hint == "unlock it")
                #expect(await daemon.allCalls() == ["key"])
            }
        }
    }

    @Test func `without a daemon nothing is registered`() async throws {
        try await run { server, rig, _ in
            let alone = try SetupRig(transport: rig.transport, socket: rig.folder.file("none"))
            let outcome = try await alone.run([server.resource, "--account", "mail", "--yes"])
            #expect(outcome.failure?.exit == .daemonUnreachable)
            #expect(alone.text.isEmpty)
        }
    }

    @Test(arguments: [
        ("https://api.example.com/x", "example"), ("https://mcp.test", "mcp"), ("http://127.0.0.1:9", "local"),
        ("https://10.0.0.1", "local"), ("https://host", "local"),
    ]) func `the name of an account comes from the host`(address: String, name: String) throws {
        #expect(Setup.name(from: try EndpointURL(address)) == name)
    }
}
