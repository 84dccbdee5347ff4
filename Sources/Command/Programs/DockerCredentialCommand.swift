import APIClient
import APIContract
import ArgumentParser
import Console
import Failures
import FoundationEssentials
import Text

/// `docker-credential-valetkey`, which docker runs for `"credHelpers": {"REGISTRY": "valetkey"}`.
struct DockerCredentialCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docker-credential-valetkey", abstract: "Give docker an access token as its credential.",
        discussion: """
            Not for people: docker, podman and their like run it. Say in config.toml which registry gets whose token:
              [docker]
              "registry.example" = { account = "ACCOUNT", username = "oauth2accesstoken" }
            and in ~/.docker/config.json: {"credHelpers": {"registry.example": "valetkey"}}
            """,
        version: Version.current)

    @Argument(help: "get, list, store, erase or version.")
    var operation: String

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        do {
            let text = try answer(daemon.client())
            if let text { try Terminal.output.result(text) }
        } catch let failure as ClientFailure {
            throw tell(CommandFailure(failure))
        } catch let failure as CommandFailure {
            throw tell(failure)
        }
    }

    /// Docker shows what a helper that fails has written to standard output.
    private func tell(_ failure: CommandFailure) -> ExitCode {
        let text = failure.message + (failure.hint.map { " (\($0))" } ?? "")
        try? Terminal.output.result(text.plain)
        return ExitCode(failure.exit.rawValue)
    }

    private func answer(_ client: SocketClient) throws -> String? {
        // All of it, also where it isn't needed: the caller may still be writing.
        var lines: [String] = []
        if !["list", "version"].contains(operation) { while let line = readLine() { lines.append(line) } }
        let server = lines.first ?? ""
        switch operation {
        case "get":
            let registry = try registry(server, client)
            let token = try client.tokenAnswer(TokenWish(parsing: registry.account))
            guard token.tokenType.lowercased() == "bearer" else {
                throw CommandFailure(
                    "the account's tokens are of type \(token.tokenType.shown), which docker can't send",
                    hint: "set dpop = false for an account that docker uses", exit: .configuration)
            }
            return try Self.json(
                DockerCredential(server: server, username: registry.username, secret: token.accessToken))
        case "list":
            let registries = try client.docker().registries
            return try Self.json(Dictionary(registries.map { ($0.registry, $0.username) }) { first, _ in first })
        case "erase":
            // The server has refused the token, or its user logs out there: a newer one is got, the grant stays.
            let account = TokenWish(parsing: try registry(server, client).account)
            guard account.token == nil else { return nil }
            _ = try client.refused(account.account, String(decoding: client.token(account), as: UTF8.self))
            return nil
        case "store":
            throw CommandFailure(
                "valetkey keeps no passwords: it gives docker the access tokens of its accounts",
                hint: "write the registry into [docker] of config.toml, and log in with: valetkey login ACCOUNT",
                exit: .usage)
        case "version": return Version.current
        default:
            throw CommandFailure("there is no operation \(operation.quoted)", exit: .usage)
        }
    }

    private func registry(_ server: String, _ client: SocketClient) throws -> RegistryReport {
        let registries = try client.docker().registries
        guard let registry = DockerCredential.registry(of: server, among: registries) else {
            throw CommandFailure(DockerCredential.notFound, exit: .other)
        }
        return registry
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}
