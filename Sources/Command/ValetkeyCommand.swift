package import ArgumentParser
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
            ACCOUNT" opens your browser. From then on "valetkey token ACCOUNT" prints a valid access token, as does
              curl -s --unix-socket $XDG_RUNTIME_DIR/valetkey.sock http://valetkey/token/ACCOUNT

            Exit codes: 0 success, 64 wrong usage, 69 the daemon isn't reachable, 75 try again later, 77 consent needed, \
            78 configuration error, 1 anything else.
            """,
        version: Version.current,
        subcommands: [
            SetupCommand.self, LoginCommand.self, TokenCommand.self, ExecCommand.self, RefusedCommand.self,
            StatusCommand.self,
            RefreshCommand.self, LogoutCommand.self, ReloadCommand.self, ConfigCommand.self, ProvidersCommand.self,
            DoctorCommand.self, ExplainCommand.self, LockCommand.self, UnlockCommand.self, KeyCommand.self,
        ] + vendorCommands + [DemoCompanion.self])

    package init() {}

    /// Runs the command that the program's own name stands for: git and docker find their helpers by name.
    package static func mainByName() {
        let own = CommandLine.arguments.first?.split(separator: "/").last
        switch own {
        case "git-credential-valetkey": GitCredentialCommand.main()
        case "docker-credential-valetkey": DockerCredentialCommand.main()
        default:
            guard let plain = PlainTokenArguments(Array(CommandLine.arguments.dropFirst())) else { return main() }
            Glibc.exit(plain.run())
        }
    }
}
