import APIClient
import APIContract
import ArgumentParser
import Console
import FoundationEssentials
import Text

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Print a valid access token.",
        discussion: """
            Prints the current token immediately, even during a refresh. The formats: raw is only the token, json adds \
            type, scope and expiry, header is an Authorization header for curl -H @-, xoauth2 is what IMAP and SMTP \
            servers take (SASL XOAUTH2): user and token in base64.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case raw, json, header, xoauth2
    }

    @Argument(help: "The account.")
    var account: String

    @Option(name: .customLong("min-ttl"), help: "How long the token must still be valid, such as 90s or 5m.")
    var minTTL: DurationArgument?

    @Flag(name: .long, help: "Get a new token, even if the current one is valid.")
    var fresh = false

    @Option(name: .long, help: "How long to wait for a refresh; 0s never waits.")
    var wait = DurationArgument(seconds: 30)

    @Option(name: .long, help: "raw, json, header or xoauth2.")
    var format = Format.raw

    @Option(name: .long, help: "The mailbox's user name, for --format xoauth2.")
    var user: String?

    @OptionGroup var daemon: DaemonOptions

    func validate() throws {
        guard format == .xoauth2, user == nil else { return }
        throw ValidationError("--format xoauth2 needs --user NAME")
    }

    func run() throws {
        let text = try daemon.withDaemon { client in
            switch format {
            case .json:
                let answer = try client.tokenAnswer(
                    account, minTTL: minTTL?.seconds, isFresh: fresh, wait: wait.seconds)
                return String(decoding: try ContractJSON.encode(answer, pretty: true), as: UTF8.self)
            case .header:
                // The header contains the token's type, because a token that is bound to a key isn't a Bearer token.
                let answer = try client.tokenAnswer(
                    account, minTTL: minTTL?.seconds, isFresh: fresh, wait: wait.seconds)
                return "Authorization: \(answer.tokenType) \(answer.accessToken)"
            case .raw, .xoauth2:
                let token = String(
                    decoding: try client.token(account, minTTL: minTTL?.seconds, isFresh: fresh, wait: wait.seconds),
                    as: UTF8.self)
                return present(token)
            }
        }
        try Terminal.output.result(text)
    }

    private func present(_ token: String) -> String {
        switch format {
        case .raw, .json, .header: token
        case .xoauth2: Data("user=\(user ?? "")\u{1}auth=Bearer \(token)\u{1}\u{1}".utf8).base64EncodedString()
        }
    }
}
