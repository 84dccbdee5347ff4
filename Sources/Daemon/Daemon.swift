package import APIServer
import CLinux
import Failures
import Grants
import HTTPListener
import HTTPTransport
import Logging
import NIOCore
import ServiceLifecycle
import Text
import UnixSignals

/// The daemon as a whole: creates its parts, runs them, and stops them in order.
package struct Daemon {
    /// The arguments and the environment that the daemon is started with.
    package struct Options: Sendable {
        package var configuration: String?
        package var socket: String?
        package var environment: [String: String]

        package init(configuration: String? = nil, socket: String? = nil, environment: [String: String]) {
            self.configuration = configuration
            self.socket = socket
            self.environment = environment
        }
    }

    private let options: Options
    private let manager: ServiceManager

    /// The limit for a stop, which waits for refreshes under way.
    private static let stopLimit = Duration.seconds(40)

    package init(_ options: Options) {
        self.options = options
        manager = ServiceManager(environment: options.environment)
        manager.takeOut()
    }

    /// Runs until SIGTERM or SIGINT.
    package func run() async throws(StartFault) {
        // From here on these signals don't terminate the process, and none is lost.
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        let stops = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let machine = try await Machine(options, manager)
        defer { machine.transport.stop() }
        let parts = Parts(machine.surroundings)
        let fault = await run(parts, machine, hangUps: hangUps, stops: stops)
        await parts.writeLog()
        // All services have ended: check whether all grants are on disk.
        let unsaved = parts.keeper.unsaved
        if !unsaved.isEmpty { throw .unsaved(unsaved) }
        if let fault { throw fault }
        machine.surroundings.log.info("stopped")
    }

    /// The routes as they would be served, for their description. Nothing is opened or run, but the places of the state
    /// are made.
    package func routeTable() async throws(StartFault) -> RouteTable {
        let machine = try await Machine(options, manager)
        defer { machine.transport.stop() }
        return RouteTable(Parts(machine.surroundings).api.routes, version: Version.current)
    }

    private func run(
        _ parts: Parts, _ machine: Machine, hangUps: UnixSignalsSequence, stops: UnixSignalsSequence
    ) async -> StartFault? {
        let surroundings = machine.surroundings
        let (start, started) = AsyncStream.makeStream(of: Never.self)
        let (keyStart, keyStarted) = AsyncStream.makeStream(of: Never.self)
        let socket = SocketService(
            manager: manager, keeper: parts.keeper, consents: parts.consents, sockets: parts.sockets
        ) {
            let server = try await open(parts, machine)
            started.finish()
            keyStarted.finish()
            return server
        }
        // The group stops the services from the last to the first.
        var services = parts.services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0) }
        services += [
            .init(service: KeyService(start: keyStart, open: parts.openKey)),
            .init(service: ReloadService(signals: hangUps, start: start, reloader: parts.reloader, manager: manager)),
            .init(service: socket, failureTerminationBehavior: .gracefullyShutdownGroup),
            .init(service: StopService(signals: stops), successTerminationBehavior: .gracefullyShutdownGroup),
        ]
        if let interval = manager.watchdogInterval {
            let watchdog = WatchdogService(interval: interval, clock: surroundings.clock, manager: manager) {
                // Check that the event loop makes progress and the lock of the grants is free.
                try? await surroundings.loops.next().submit {}.get()
                _ = parts.keeper.account("")
            }
            services.insert(.init(service: watchdog), at: 0)
        }
        var group = ServiceGroupConfiguration(services: services, logger: surroundings.log)
        group.maximumGracefulShutdownDuration = Self.stopLimit
        do {
            try await ServiceGroup(configuration: group).run()
            return nil
        } catch {
            return Self.fault(of: error)
        }
    }

    /// The fault that corresponds to the error of a service.
    static func fault(of error: any Error) -> StartFault {
        error as? StartFault ?? .partEnded("\(error)")
    }

    /// Loads the grants, then opens the socket, so that nobody can connect before the grants are there.
    private func open(_ parts: Parts, _ machine: Machine) async throws(StartFault) -> SocketServer {
        let start = await parts.reloader.start(machine.configuration.take())
        let server: SocketServer
        do throws(SocketFault) {
            server = try await SocketServer.open(
                machine.socket, group: machine.surroundings.loops,
                table: RouteTable(parts.api.routes, version: Version.current, credentials: parts.api.credentials),
                budget: .ofProcess, policy: parts.policy)
        } catch {
            throw .socket(error)
        }
        do throws(SocketFault) {
            try await parts.sockets.start(server)
        } catch {
            await server.close(patience: .zero)
            throw .socket(error)
        }
        // Memory that only the start needed.
        shim_give_back_memory()
        machine.surroundings.log.info(
            "ready", metadata: ["version": "\(Version.current)", "socket": "\(machine.socket)"])
        manager.ready(parts.keys?.lock.map { "Locked: \($0.detail)" } ?? start.event.status)
        return server
    }
}
