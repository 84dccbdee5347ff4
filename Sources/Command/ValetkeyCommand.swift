package import ArgumentParser
import Console
import Glibc
import Text
import VendorCommands

/// The program `valetkey`, the command line for people. Most commands send requests to the daemon's socket; the others
/// run another program, such as `valetkey-demo`.
package struct ValetkeyCommand: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "valetkey",
        abstract: "Hands out fresh OAuth access tokens from grants that a small daemon keeps.",
        discussion: """
            A first login: "valetkey setup" writes an account into ~/.config/valetkey/config.toml, and "valetkey login \
            ACCOUNT" opens your browser. From then on each of these prints a valid access token:
              valetkey token ACCOUNT
              curl -s --unix-socket $XDG_RUNTIME_DIR/valetkey.sock http://x/token/ACCOUNT

            --socket PATH may stand before the command as well as behind it.

            Exit codes: 0 success, 64 wrong usage, 69 the daemon isn't reachable, 75 try again later, 77 a login is \
            needed, 78 configuration error, 130 stopped by Ctrl-C, 1 anything else.
            """,
        version: Version.current,
        subcommands: [
            SetupCommand.self, LoginCommand.self, TokenCommand.self, ExecCommand.self, RefusedCommand.self,
            StatusCommand.self,
            RefreshCommand.self, LogoutCommand.self, ReloadCommand.self, ConfigCommand.self, ProvidersCommand.self,
            DoctorCommand.self, InfoCommand.self, ExplainCommand.self, LockCommand.self, UnlockCommand.self,
            KeyCommand.self, StoreCommand.self,
        ] + companions)

    private static let companions: [any CompanionCommand.Type] = vendorCommands + [DemoCompanion.self]

    package init() {}

    /// The commands as their parsers describe them, in JSON: this one, and those by whose names git and docker find it.
    package static var descriptions: [String] {
        [_dumpHelp(), GitCredentialCommand._dumpHelp(), DockerCredentialCommand._dumpHelp()]
    }

    /// Runs the command that the program's own name stands for: git and docker find their helpers by name.
    package static func mainByName() {
        if argument(1) == Completion.word { return complete(CommandLine.arguments) }
        let path = argument(0)
        let own = path.utf8.lastIndex(of: UInt8(ascii: "/")).map { path[$0...].dropFirst() } ?? path[...]
        switch own {
        case "git-credential-valetkey": GitCredentialCommand.runProgram()
        case "docker-credential-valetkey": DockerCredentialCommand.runProgram()
        default:
            if let plain = PlainTokenArguments(count: Int(CommandLine.argc) - 1, { argument($0 + 1) }) {
                Glibc.exit(plain.run())
            }
            runAtTerminal(Array(CommandLine.arguments.dropFirst()))
        }
    }

    /// One of the program's arguments, by its place; empty where there are fewer. `CommandLine.arguments` has to make types
    /// first, as generic algorithms do.
    private static func argument(_ place: Int) -> String {
        guard place < CommandLine.argc, let text = unsafe CommandLine.unsafeArgv[place] else { return "" }
        return unsafe String(cString: text)
    }

    /// Runs the program that a word stands for, or a command. `--socket` may also stand before the command.
    private static func runAtTerminal(_ words: [String]) -> Never {
        let words = SocketOption.moved(from: words)
        for command in companions {
            let companion = command.companion
            guard let arguments = companion.arguments(in: words) else { continue }
            Glibc.exit(OtherProgram.becomeDaemonProgram(as: companion.program, arguments).tell().rawValue)
        }
        runProgram(words)
    }

    /// Answers the shells' completion scripts.
    private static func complete(_ arguments: [String]) {
        guard let words = Completion.request(arguments) else {
            if let source = arguments.dropFirst(2).first.flatMap(CompletionSource.init(rawValue:)) {
                Completion.answer(source)
            }
            return
        }
        let companion = companions.first { $0.companion.name == words.first && words.count > 1 }?.companion
        guard let companion else { return Completion.answer(words, of: Self.self) }
        _ = OtherProgram.becomeDaemonProgram(
            as: companion.program, [Completion.word, "--"] + words.dropFirst())
    }
}
