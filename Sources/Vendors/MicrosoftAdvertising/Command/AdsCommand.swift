package import ArgumentParser
import Console

/// `valetkey ads`: hands over to the program behind it.
package struct AdsCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "ads", abstract: "Ask Microsoft Advertising: user, accounts, headers.",
        discussion: "Options go to the program valetkey-ads: see valetkey ads user --help.")

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var arguments: [String] = []

    package init() {}

    package func run() throws {
        throw Program.become("valetkey-ads", arguments).tell()
    }
}
