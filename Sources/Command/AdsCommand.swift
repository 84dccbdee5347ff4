import ArgumentParser
import Console

struct AdsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ads", abstract: "Ask Microsoft Advertising: user, accounts, headers.",
        discussion: "Options go to the program valetkey-ads: see valetkey ads user --help.")

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var arguments: [String] = []

    func run() throws {
        throw Program.become("valetkey-ads", arguments).tell()
    }
}
