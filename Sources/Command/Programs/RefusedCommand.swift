import APIClient
import ArgumentParser
import Console
import Failures

struct RefusedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "refused", abstract: "Report a token that a server has refused, and print a newer one.",
        discussion: """
            Reads the token from standard input, so that it stands in no argument. It is refreshed if it is still the \
            current one, else the newer one is printed at once.
            """)

    @Argument(help: "The account.", completion: .accounts)
    var account: String

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        guard let token = readLine(), !token.isEmpty else {
            throw CommandFailure(
                "no token came on standard input",
                hint: "run: printf %s \"$TOKEN\" | valetkey refused \(account)", exit: .usage
            ).tell()
        }
        let newer = try daemon.withDaemon { try $0.refused(TokenWish(parsing: account).account, token) }
        try Terminal.output.result(String(decoding: newer, as: UTF8.self))
    }
}
