import APIClient
import APIContract
import ArgumentParser
import Console
import Failures

/// `git-credential-valetkey`, which git runs for `credential.helper = valetkey ACCOUNT`.
struct GitCredentialCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "git-credential-valetkey", abstract: "Give git an access token as its credential.",
        discussion: """
            Not for people: git runs it. To use the token of an account for one server, run
              git config --global credential.https://git.example.helper "valetkey ACCOUNT"
            A server that takes only HTTP Basic gets the token as the password, and the user name of the URL or of \
            --username: behind ACCOUNT, inside the quotes.
            """)

    @Argument(help: "The account, or ACCOUNT/TOKEN.")
    var account: String

    @Option(name: .long, help: "The user name for HTTP Basic where the URL has none.")
    var username = "oauth2"

    @Argument(help: "get, store or erase.")
    var operation: String

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        var lines: [String] = []
        while let line = readLine(), !line.isEmpty { lines.append(line) }
        let request = GitCredential(lines)
        switch operation {
        case "get":
            let text = try daemon.withDaemon { client in
                try request.checkTransport()
                return try request.answer(client.tokenAnswer(TokenWish(parsing: account)), username: username)
            }
            try Terminal.output.result(text)
        case "erase":
            guard let token = request.refused else { return }
            _ = try daemon.withDaemon { try $0.refused(TokenWish(parsing: account).account, token) }
        // git ignores what a helper doesn't keep, and operations may be added.
        default: return
        }
    }
}
