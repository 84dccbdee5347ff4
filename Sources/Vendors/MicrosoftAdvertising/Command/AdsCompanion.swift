package import ArgumentParser
package import Console

/// The subcommand `valetkey ads`, which runs the program `valetkey-ads`.
package struct AdsCompanion: CompanionCommand {
    package static let companion = Companion(
        name: "ads", program: "valetkey-ads",
        abstract: "Ask Microsoft Advertising: user, accounts, headers, any operation.")

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    package var arguments: [String] = []

    package init() {}
}
