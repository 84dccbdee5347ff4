import ArgumentParser

/// `valetkey ads`.
struct AdsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "valetkey ads",
        abstract: "Ask Microsoft Advertising with a fresh token: who it is, which accounts, what headers.",
        discussion: """
            The account's preset says whether that is production or the sandbox. An expired token is renewed once, and \
            where too many calls were made the command waits as it is told to.

            Exit codes: those of valetkey; 75 where another try later makes sense, 77 where only a new consent helps.
            """,
        subcommands: [UserCommand.self, AccountsCommand.self, HeadersCommand.self])
}
