import ArgumentParser
import Console

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check the configuration file.", subcommands: [Check.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the configuration file and list its mistakes with line and column.")

        @Argument(help: "The file; default: $XDG_CONFIG_HOME/valetkey/config.toml.")
        var file: String?

        func run() throws {
            throw OtherProgram.become("valetkeyd", ["--check"] + (file.map { ["--config", $0] } ?? [])).tell()
        }
    }
}

struct ProvidersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers", abstract: "List the presets, or show one.")

    @Argument(help: "One preset; default: a list of all.")
    var name: String?

    func run() throws {
        throw OtherProgram.become("valetkeyd", ["--providers"] + (name.map { [$0] } ?? [])).tell()
    }
}

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say what an error code means, and the one thing to do about it.",
        discussion: """
            The code is one of valetkey's, of OAuth's, of an API or of a sign-in page, such as consent_required, \
            invalid_grant or AADSTS50011. It may stand in a sentence, in JSON or in XML. It is explained without asking \
            anybody; with --account, in the words of that account's configuration.
            """)

    @Argument(help: "The code, or a text that has it.")
    var code: [String]

    @Option(name: .long, help: "The account that it is about.")
    var account: String?

    func run() throws {
        let about = account.map { ["--account=\($0)"] } ?? []
        throw OtherProgram.become("valetkeyd", ["--explain=\(code.joined(separator: " "))"] + about).tell()
    }
}

struct DemoCompanion: CompanionCommand {
    static let companion = Companion(
        name: "demo", program: "valetkey-demo",
        abstract: "See how it works on this machine, without an account anywhere.", help: "valetkey demo -- --help")

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var arguments: [String] = []
}
