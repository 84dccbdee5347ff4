import ArgumentParser
import Console

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Look at the configuration.", subcommands: [Check.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the configuration and say what is wrong with it, with line and column.")

        @Argument(help: "The file; default: $XDG_CONFIG_HOME/valetkey/config.toml.")
        var file: String?

        func run() throws {
            throw Program.become("valetkeyd", ["--check"] + (file.map { ["--config", $0] } ?? [])).tell()
        }
    }
}

struct ProvidersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers", abstract: "List the presets, or show the facts of one.")

    @Argument(help: "One preset; default: a list of all.")
    var name: String?

    func run() throws {
        throw Program.become("valetkeyd", ["--providers"] + (name.map { [$0] } ?? [])).tell()
    }
}

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "See the whole story on this machine, without an account anywhere.",
        discussion: "Options go to the demonstration: see valetkey demo -- --help.")

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var arguments: [String] = []

    func run() throws {
        throw Program.become("valetkey-demo", arguments).tell()
    }
}
