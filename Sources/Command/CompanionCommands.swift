import ArgumentParser
import Console

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check the configuration file.", subcommands: [Check.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check the configuration file and list its mistakes with line and column.")

        @Argument(help: "The file; default: $XDG_CONFIG_HOME/valetkey/config.toml.", completion: .file())
        var file: String?

        @Flag(name: .long, help: "Print JSON.")
        var json = false

        func run() throws {
            let arguments = ["--check"] + (json ? ["--json"] : []) + (file.map { ["--config", $0] } ?? [])
            throw OtherProgram.becomeDaemonProgram(arguments).tell(asJSON: json)
        }
    }
}

struct ProvidersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "providers", abstract: "List the providers, or show one.")

    @Argument(help: "One provider; default: a list of all.", completion: .presets)
    var name: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let arguments = ["--providers"] + (json ? ["--json"] : []) + (name.map { [$0] } ?? [])
        throw OtherProgram.becomeDaemonProgram(arguments).tell(asJSON: json)
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

    @Option(name: .long, help: "The account that it is about.", completion: .accounts)
    var account: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let about = (account.map { ["--account=\($0)"] } ?? []) + (json ? ["--json"] : [])
        let arguments = ["--explain=\(code.joined(separator: " "))"] + about
        throw OtherProgram.becomeDaemonProgram(arguments).tell(asJSON: json)
    }
}

struct SetupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup", abstract: "Add an account to the configuration, from a provider or from a URL.",
        discussion: """
            Without arguments it lists the providers and asks for what the chosen one needs. The URL of an API is enough \
            where the API and its authorization server publish their metadata (RFC 9728, RFC 8414): a client is \
            registered there (RFC 7591), or it is said what to register by hand. The account is added at the end of \
            config.toml; nothing else in it changes. Ctrl-C stops before anything is written.

            Examples:
              valetkey setup
              valetkey setup https://mcp.example/mcp
              valetkey setup google --client-id ID --client-secret-file FILE --yes
            """)

    @OptionGroup var options: SetupOptions

    func run() throws {
        throw OtherProgram.becomeDaemonProgram(["--setup", Self._commandName] + options.words).tell()
    }
}

struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Say where everything is: files, socket, key, and whether the daemon runs.")

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        let arguments = ["--info"] + (json ? ["--json"] : []) + (daemon.socket.map { ["--socket=\($0)"] } ?? [])
        throw OtherProgram.becomeDaemonProgram(arguments).tell(asJSON: json)
    }
}

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check the daemon, this machine and the servers, and say what mends what is wrong.",
        discussion: """
            Each line says what was looked at and what was found; a hint below it is the one thing to do. Nothing waits \
            longer than some seconds, and the servers are asked without any credentials. The exit code is 0 if nothing is \
            wrong; what couldn't be looked at, and warnings, don't change it.
            """)

    @Argument(help: "Only this account, besides what concerns all; default: all accounts.", completion: .accounts)
    var account: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var daemon: DaemonOptions

    func run() throws {
        var arguments = ["--doctor"]
        if let account { arguments.append("--account=\(account)") }
        if json { arguments.append("--json") }
        if let socket = daemon.socket { arguments.append("--socket=\(socket)") }
        throw OtherProgram.becomeDaemonProgram(arguments).tell()
    }
}

struct DemoCompanion: CompanionCommand {
    static let companion = Companion(
        name: "demo", program: "valetkey-demo",
        abstract: "See how it works on this machine, without an account anywhere.")

    @Argument(parsing: .captureForPassthrough, help: .hidden)
    var arguments: [String] = []
}
