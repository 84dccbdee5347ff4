import ArgumentParser
import Console
import Failures
import Text

/// The command `valetkey demo`.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "valetkey demo",
        abstract: "Show how valetkey works on this machine, without an account anywhere.",
        discussion: """
            Starts an authorization server and a daemon in a temporary home, asks for one consent in the browser, then \
            shows the token and its refreshes as they happen. Leaves nothing behind.

            With --hosts, that many daemons with homes of their own share the grant through an etcd. One consent serves \
            all of them; one host refreshes at a time and the others adopt its token; a host is killed and comes back. Then \
            it ends. The etcd is the program that VALETKEY_ETCD names, otherwise the one in PATH.
            """,
        version: Version.current)

    @Flag(help: "Sign in and consent by HTTP, without a browser.")
    var auto = false

    @Option(
        name: .customLong("for"),
        help: .init("Stop after this time, such as 60s or 5m. (default: until Ctrl-C)", valueName: "time"))
    var time: DurationArgument?

    @Flag(help: "Only print the URL to open.")
    var noBrowser = false

    @Option(
        help: .init("Show how 2 to 5 hosts share one grant through an etcd.", valueName: "number"),
        completion: .list(Self.possibleHosts.map(String.init)))
    var hosts: Int?

    private static let possibleHosts = 2...5

    func validate() throws {
        if time?.seconds == 0 { throw ValidationError("--for must be longer than 0s") }
        guard let hosts else { return }
        guard Self.possibleHosts.contains(hosts) else { throw ValidationError("--hosts takes a number from 2 to 5") }
        if time != nil {
            throw ValidationError("--for can't be used with --hosts, whose demonstration ends by itself")
        }
    }

    func run() async throws {
        let screen = Screen(.output)
        do {
            try await Demonstration(command: self, screen: screen).run()
        } catch let failure as DemoFailure {
            screen.endStatus()
            Terminal.error.line("valetkey demo: \(failure)")
            Terminal.error.hint(failure.hint)
            throw ExitCode(failure.exit.rawValue)
        }
    }
}
