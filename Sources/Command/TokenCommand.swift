import APIClient
import APIContract
import ArgumentParser
import Console
import Text

struct TokenCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Print a valid access token.",
        discussion: """
            Prints the current token immediately, even during a refresh. The formats: raw is only the token, raw0 that \
            without a newline, json adds type, scope and expiry, header is an Authorization header for curl -H @-, \
            curl the same for curl -K -, kubernetes an ExecCredential for kubectl, google what Google's libraries read \
            from an executable, xoauth2 is what IMAP and SMTP servers take (SASL XOAUTH2): user and token in base64.

            One consent can give several tokens: those of the tables [accounts.ACCOUNT.tokens.TOKEN], and any that \
            --scope or --resource ask for within what the user has consented to.
            """)

    @Argument(help: "The account, or ACCOUNT/TOKEN for another token of its consent.", completion: .accounts)
    var account: String

    @Option(
        name: .long, parsing: .singleValue,
        help: "Get another token of the consent: one of this scope. Can be repeated.")
    var scope: [String] = []

    @Option(name: .long, help: "Get another token of the consent: one for this resource, a URI.")
    var resource: String?

    @Option(
        name: .customLong(PlainTokenArguments.Option.minTTL.rawValue),
        help: "How long the token must still be valid, such as 90s or 5m.")
    var minTTL: DurationArgument?

    @Flag(name: .customLong("id-token"), help: "Print the id_token, which the account must keep (id_token = true).")
    var idToken = false

    @Flag(
        name: .customLong(PlainTokenArguments.Option.fresh.rawValue),
        help: "Get a new token, even if the current one is valid.")
    var fresh = false

    @Option(name: .long, help: "How long to wait for a refresh; 0s never waits.")
    var wait = DurationArgument(seconds: 30)

    @Option(
        name: .customLong(PlainTokenArguments.Option.format.rawValue),
        help: "raw, raw0, json, header, curl, kubernetes, google or xoauth2.")
    var format = TokenFormat.raw

    @Flag(name: .long, help: "The same as --format json, for errors too.")
    var json = false

    @Option(name: .long, help: "The mailbox's user name, for --format xoauth2.")
    var user: String?

    @OptionGroup var daemon: DaemonOptions

    func validate() throws {
        if shape == .xoauth2, user == nil { throw ValidationError("--format xoauth2 needs --user NAME") }
        if idToken, ![.raw, .raw0, .json].contains(shape) || wish.token != nil || !scope.isEmpty || resource != nil {
            throw ValidationError(
                "--id-token is of ACCOUNT only, goes without --scope and --resource, and has the formats raw, raw0 and json"
            )
        }
        if wish.token != nil, !scope.isEmpty || resource != nil {
            throw ValidationError(
                "ACCOUNT/TOKEN has a scope and a resource of its own: leave --scope and --resource out")
        }
    }

    private var shape: TokenFormat { json ? .json : format }

    var wish: TokenWish {
        var wish = TokenWish(parsing: account)
        wish.scope = scope.isEmpty ? nil : scope.joined(separator: " ")
        (wish.resource, wish.minTTL, wish.isFresh) = (resource, minTTL?.seconds, fresh)
        return wish
    }

    func run() throws {
        let text = try daemon.withDaemon(asJSON: json) { client in
            if idToken {
                guard shape == .json else {
                    return String(decoding: try client.idToken(wish, wait: wait.seconds), as: UTF8.self)
                }
                let answer = try client.idTokenAnswer(wish, wait: wait.seconds)
                return try CommandJSON.text(answer)
            }
            guard shape.needsAnswer else {
                let token = try client.token(wish, wait: wait.seconds)
                return shape.text(ofToken: String(decoding: token, as: UTF8.self), user: user)
            }
            let answer = try client.tokenAnswer(wish, wait: wait.seconds)
            return try shape.text(of: answer, request: ProcessEnvironment["KUBERNETES_EXEC_INFO"])
        }
        try Terminal.output.result(text, newline: shape.endsWithNewline)
    }
}
