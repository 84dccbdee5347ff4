import ArgumentParser
import AuthorizationServer
import Console
import Failures
import FoundationEssentials
import HTTPTransport
import Logging
import ServiceLifecycle
import Text
import UnixSignals

/// The command `valetkey demo`.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "valetkey demo",
        abstract: "Show how valetkey works on this machine, without an account anywhere.",
        discussion: """
            Starts an authorization server and a daemon in a temporary home, asks for one consent in the browser, then \
            shows the token and its refreshes as they happen. Leaves nothing behind.
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

    func validate() throws {
        guard time?.seconds == 0 else { return }
        throw ValidationError("--for must be longer than 0s")
    }

    func run() async throws {
        let screen = Screen(.output)
        do {
            try await tell(on: screen)
        } catch let failure as DemoFailure {
            screen.endStatus()
            Terminal.error.line("valetkey demo: \(failure)\n  hint: \(failure.hint)")
            throw ExitCode(failure.exit.rawValue)
        }
    }

    private func tell(on screen: Screen) async throws {
        let programs = Programs(environment: ProcessInfo.processInfo.environment)
        let executable = try programs.daemon()
        let home = try ThrowAwayHome.make(below: programs.temporaryFolder)
        defer { home.remove() }
        let server = try await AuthorizationServer.open(DemoAccount.serverSettings)
        let transport = try CurlTransport()
        defer { transport.stop() }
        try home.write(configuration: DemoAccount.configuration(server))
        let daemon = DaemonProcess(executable: executable, environment: home.environment)
        let story = Story(
            screen: screen, server: server, daemon: daemon, client: DaemonClient(path: home.socket), home: home,
            transport: transport, opensBrowser: !noBrowser, isAutomatic: auto,
            time: time.map { .seconds($0.seconds) })
        try await Self.run(server, daemon, story)
        screen.endStatus()
        screen.line("", "Ended: the daemon has stopped and its home is removed.")
    }

    /// Runs the services until the story ends or a signal comes, and stops them in the reverse order.
    private static func run(_ server: AuthorizationServer, _ daemon: DaemonProcess, _ story: Story) async throws {
        var configuration = ServiceGroupConfiguration(
            services: [
                .init(service: server, failureTerminationBehavior: .gracefullyShutdownGroup),
                .init(service: daemon, failureTerminationBehavior: .gracefullyShutdownGroup),
                .init(
                    service: story, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .gracefullyShutdownGroup),
            ],
            gracefulShutdownSignals: [.sigint, .sigterm, .sighup],
            logger: Logger(label: "valetkey.demo") { _ in SwiftLogNoOpLogHandler() })
        configuration.maximumGracefulShutdownDuration = .seconds(20)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            // When the daemon has died the story fails too, and the daemon's failure says more.
            throw daemon.failure ?? error
        }
    }
}
