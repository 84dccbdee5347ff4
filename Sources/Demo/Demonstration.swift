import AuthorizationServer
import Console
import FoundationEssentials
import HTTPTransport
import Logging
import ServiceLifecycle
import UnixSignals

/// Puts a demonstration together and runs it. Nothing stays of it, however it ends.
struct Demonstration {
    let command: DemoCommand
    let screen: Screen
    private let programs = Programs(environment: ProcessInfo.processInfo.environment)

    init(command: DemoCommand, screen: Screen) {
        self.command = command
        self.screen = screen
    }

    func run() async throws {
        guard let hosts = command.hosts else { return try await runOneHost() }
        try await runFleet(of: hosts)
    }

    private func runOneHost() async throws {
        let executable = try programs.daemon()
        let home = try ThrowAwayHome.make(below: programs.temporaryFolder)
        defer { home.remove() }
        try await withStage("valetkey demo", DemoAccount.tokenLife) { stage in
            try home.write(configuration: DemoAccount.configuration(stage.server))
            let host = DemoHost(home: home, executable: executable)
            let time = command.time.map { Duration.seconds($0.seconds) }
            return ([host.daemon], OneHostStory(stage: stage, host: host, time: time))
        }
        screen.line("", "Ended: the daemon has stopped and its home is removed.")
    }

    private func runFleet(of count: Int) async throws {
        let executable = try programs.daemon()
        let program = try programs.etcd()
        let folder = try ThrowAwayHome.empty(below: programs.temporaryFolder)
        defer { folder.remove() }
        try await withStage("valetkey demo --hosts \(count)", DemoAccount.sharedTokenLife) { stage in
            let etcd = EtcdProcess(executable: program, folder: folder.path + "/etcd")
            let hosts = try (1...count).map {
                DemoHost($0, home: try folder.home("\($0)"), executable: executable)
            }
            return ([etcd] + hosts.map(\.daemon), FleetStory(stage: stage, etcd: etcd, hosts: hosts))
        }
        screen.line("", "Ended: the daemons and the etcd have stopped, and their folder is removed.")
    }

    /// Runs a story with an authorization server.
    private func withStage(
        _ name: String, _ tokenLife: Duration, _ prepare: (Stage) throws -> ([any ChildService], any Story)
    ) async throws {
        let server = try await AuthorizationServer.open(DemoAccount.serverSettings(tokenLife: tokenLife))
        let transport = CurlTransport()
        defer { transport.stop() }
        let stage = Stage(
            command: name, screen: screen, server: server, transport: transport, opensBrowser: !command.noBrowser,
            isAutomatic: command.auto, tokenLife: tokenLife)
        let (children, story) = try prepare(stage)
        try await run(server, children, story)
        screen.endStatus()
    }

    /// Runs the services until the story ends or a signal comes, and stops them in the reverse order.
    private func run(_ server: AuthorizationServer, _ children: [any ChildService], _ story: any Story) async throws {
        let needed: [any Service] = [server] + children
        let services = needed.map { service in
            ServiceGroupConfiguration.ServiceConfiguration(
                service: service, failureTerminationBehavior: .gracefullyShutdownGroup)
        }
        let last = ServiceGroupConfiguration.ServiceConfiguration(
            service: story, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .gracefullyShutdownGroup)
        var configuration = ServiceGroupConfiguration(
            services: services + [last], gracefulShutdownSignals: [.sigint, .sigterm, .sighup],
            logger: Logger(label: "valetkey.demo") { _ in SwiftLogNoOpLogHandler() })
        configuration.maximumGracefulShutdownDuration = .seconds(20)
        do {
            try await ServiceGroup(configuration: configuration).run()
        } catch {
            // When a program has ended the story fails too, and the program's failure says more.
            throw children.lazy.compactMap(\.failure).first ?? error
        }
    }
}
