import APIContract
import FakeDaemon
import FoundationEssentials
import Testing

@testable import Command

@Suite(.timeLimit(.minutes(5)))
struct DockerCredentialTests {
    private static let registries = [
        RegistryReport(registry: "registry.example", account: "a", username: "me"),
        RegistryReport(registry: "registry.example:5000", account: "b", username: "me"),
    ]

    @Test(arguments: [
        ("registry.example", "a"), ("https://registry.example", "a"), ("https://Registry.Example/v1/", "a"),
        ("http://registry.example/", "a"), ("registry.example:5000", "b"), ("https://registry.example:5000/v2/", "b"),
        ("registry.example:5001", nil), ("example", nil), ("", nil), ("xregistry.example", nil),
        ("https://other.example/registry.example", nil), ("ftp://registry.example", nil),
    ])
    func `a registry is found by its host and port, however docker writes it`(_ server: String, _ account: String?) {
        #expect(DockerCredential.registry(of: server, among: Self.registries)?.account == account)
    }

    private func docker(_ operation: String, _ input: String) async throws -> (Outcome, calls: [String]) {
        try await withServedDaemon { daemon, path, _ in
            let outcome = try await valetkey(
                [operation, "--socket", path], input: input, as: "docker-credential-valetkey")
            return (outcome, await daemon.allCalls())
        }
    }

    @Test(arguments: ["https://registry.example", "registry.example", "https://registry.example/v1/\n"])
    func `docker gets the token with the user name`(_ server: String) async throws {
        let (outcome, _) = try await docker("get", server)
        let object = try JSONDecoder().decode([String: String].self, from: Data(outcome.output.utf8))
        #expect(
            object == [
                "ServerURL": server.split(separator: "\n").joined(), "Username": "oauth2accesstoken",
                "Secret": "token-of-ads",
            ])
        #expect(outcome.code == 0 && outcome.errors.isEmpty)
    }

    @Test(arguments: ["get", "erase"])
    func `docker is told of a registry without a credential in its own words`(_ operation: String) async throws {
        let (outcome, calls) = try await docker(operation, "https://nobody.example\n")
        #expect(
            outcome.output == "credentials not found in native keychain\n" && outcome.code == 1 && calls == ["docker"])
    }

    @Test func `docker is told why there is no token, where it looks`() async throws {
        let (outcome, _) = try await docker("get", "other.example:5000\n")
        #expect(outcome.code == 77 && !outcome.output.isEmpty && outcome.output != DockerCredential.notFound + "\n")
    }

    @Test func `the registries are listed`() async throws {
        let (outcome, _) = try await docker("list", "")
        #expect(
            outcome.output
                == #"{"other.example:5000":"me","registry.example":"oauth2accesstoken","third.example":"me"}"# + "\n")
    }

    @Test func `an erased credential counts as refused by the server`() async throws {
        let (outcome, calls) = try await docker("erase", "https://registry.example")
        #expect(outcome.code == 0 && outcome.output.isEmpty)
        #expect(
            calls == [
                "docker", "token ads min_ttl=0 fresh=false wait=30",
                "refused token-of-ads, token ads min_ttl=0 fresh=false wait=30",
            ])
    }

    @Test(arguments: ["store", "other"])
    func `nothing is stored, and the reason is said`(_ operation: String) async throws {
        let (outcome, calls) = try await docker(operation, #"{"ServerURL":"r","Username":"u","Secret":"s3cret"}"#)
        #expect(outcome.code == 64 && !outcome.output.isEmpty && calls.isEmpty)
        #expect(!outcome.output.contains("s3cret") && !outcome.errors.contains("s3cret"))
        #expect(outcome.output.contains("keeps no passwords") == (operation == "store"))
    }
}
