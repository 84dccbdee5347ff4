import ArgumentParser
import Text

/// The root command of `valetkey-ads`, which users run as `valetkey ads`.
struct AdsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "valetkey ads",
        abstract: "Call Microsoft Advertising with a fresh token: user, accounts, headers, and any operation.",
        discussion: """
            The account's preset says whether that is production or the sandbox. An expired token is refreshed once. \
            Where too many calls were made, the command waits as long as the service asks.

            Exit codes: those of valetkey; 75 where trying again later may help, 77 where only a new consent helps.
            """,
        version: Version.current,
        subcommands: [UserCommand.self, AccountsCommand.self, HeadersCommand.self, CallCommand.self])
}
