import APIServer
import Accounts
import AuthorizationClient
import CLinux
import Configuration
import Files
import FoundationEssentials
import Glibc
import Grants
import HTTPTransport
import Logging
import NIOCore
import NIOPosix
import Secrets
import ServiceLifecycle
import Stores
import Text
import UnixSignals
import VendorServices
import Vendors

/// What the daemon is started with.
package struct DaemonOptions: Sendable {
    package var configuration: String?
    package var socket: String?
    package var environment: [String: String]

    package init(configuration: String? = nil, socket: String? = nil, environment: [String: String]) {
        self.configuration = configuration
        self.socket = socket
        self.environment = environment
    }
}

/// The composition root: makes the parts, runs them, ends them in order.
package struct Daemon {
    private let options: DaemonOptions
    private let manager: ServiceManager

    /// The longest that a stop may take: a refresh under way is waited for.
    private static let stopLimit = Duration.seconds(40)

    package init(_ options: DaemonOptions) {
        self.options = options
        manager = ServiceManager(environment: options.environment)
    }

    /// Runs until SIGTERM or SIGINT.
    package func run() async throws(StartFault) {
        // From here on no signal ends the process by itself, and none is lost.
        let hangUps = await UnixSignalsSequence(trapping: .sighup)
        let stops = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        let threshold = LogThreshold()
        let log = Logger(label: "valetkeyd") { [manager] _ in
            StandardErrorLog(threshold: threshold, isJournal: manager.isJournal)
        }
        let places = try Places(environment: options.environment)
        let source = try configurationSource()
        let configuration = try initialConfiguration(source, log: log)
        let socket = try socketPlace(places)

        let time = try SystemTimekeeper()
        let clock = try BootClock()
        let state = try stateFolder(places)
        let store = try openStore(places, state, time)
        let transport = try Self.startTransport(authorities: options.environment["SSL_CERT_FILE"])
        defer { transport.stop() }
        let secrets = SecretReader(environment: options.environment, clock: clock)
        let client = ServerClient(
            transport: transport, secrets: secrets, time: time)
        let tokenEndpoint = TokenEndpoint(client: client, time: time, catalogue: .complete)
        let revocation = Revocation(client: client, clock: clock)
        let events = EventLog(log: log)
        let notifier = Notifier(environment: options.environment, clock: clock, log: log)
        let keeper = GrantKeeper(
            time: time, persistence: store, refresher: tokenEndpoint, revoker: revocation,
            observer: { account, event in
                events.note(account, event)
                notifier.note(account, event)
            })
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let consents = Consents(
            keeper: keeper, tokenEndpoint: tokenEndpoint, time: time, clock: clock, group: loops,
            timeout: configuration.consentTimeout, log: log)
        let reloader = Reloader(
            source: source, keeper: keeper, consents: consents, notifier: notifier, threshold: threshold, log: log)
        _ = await reloader.adopt(configuration)
        // Its last use: what follows gives back the room of what isn't needed any more.
        let accounts = configuration.accounts.count

        let api = DaemonAPI(
            keeper: keeper, consents: consents, reloader: reloader,
            vendors: vendorServices(secrets: secrets, state: state),
            revocation: revocation, catalogue: .complete, time: time,
            started: time.now().instant)
        let server = try await Self.serve(socket, loops, api)
        shim_give_back_memory()

        // Stopped from the last to the first: the socket, then consents, then refreshes under way.
        var services: [any Service] = []
        if let interval = manager.watchdogInterval {
            services.append(
                WatchdogService(
                    interval: interval, clock: clock, eventLoop: loops.next(), keeper: keeper, manager: manager))
        }
        services += [
            Part(
                work: {
                    for await event in time.events() {
                        switch event {
                        case .due: keeper.wake()
                        case .jumped: keeper.resume()
                        }
                    }
                }, stop: { time.stop() }),
            Part(work: { await keeper.run() }, stop: { keeper.drain() }),
            Part(work: { await consents.run() }, stop: { consents.stop() }),
            Part(
                work: { await notifier.run { keeper.account($0)?.life.needsConsent == true } },
                stop: { notifier.stop() }),
            ReloadService(signals: hangUps, reloader: reloader, manager: manager, time: time),
            SocketService(server: server, manager: manager, keeper: keeper, consents: consents) {
                [log, manager] in
                log.info("ready", metadata: ["version": "\(Version.current)", "socket": "\(socket)"])
                manager.ready("Serving tokens of \(accounts) accounts")
            },
        ]
        var group = ServiceGroupConfiguration(services: services, logger: log)
        group.services.append(
            .init(service: StopService(signals: stops), successTerminationBehavior: .gracefullyShutdownGroup))
        group.maximumGracefulShutdownDuration = Self.stopLimit
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            log.error("stopped: \(error)")
            try Self.check(keeper)
            throw .transport("a part of the daemon has ended: \(error)")
        }
        try Self.check(keeper)
        log.info("stopped")
    }

    /// Whether all grants are on disk, now that the end has come.
    private static func check(_ keeper: GrantKeeper) throws(StartFault) {
        let unsaved = keeper.unsaved
        if !unsaved.isEmpty { throw .unsaved(unsaved) }
    }

    private func configurationSource() throws(StartFault) -> ConfigurationSource {
        if let path = options.configuration {
            return ConfigurationSource(path: path, isNamed: true, catalogue: .complete)
        }
        guard let path = ConfigurationFile.defaultPath(environment: options.environment) else {
            throw .noHome("XDG_CONFIG_HOME")
        }
        return ConfigurationSource(path: path, isNamed: false, catalogue: .complete)
    }

    /// A file that isn't there yet is no reason not to start: it is taken up by a reload.
    private func initialConfiguration(
        _ source: ConfigurationSource, log: Logger
    ) throws(StartFault) -> DaemonConfiguration {
        if !source.isNamed, !FileManager.default.fileExists(atPath: source.path) {
            log.warning(
                "there is no configuration yet",
                metadata: ["hint": "write \(source.path), then run: valetkey reload"])
            return DaemonConfiguration()
        }
        return try source.load(log: log)
    }

    private func socketPlace(_ places: Places) throws(StartFault) -> SocketPlace {
        if let path = options.socket { return .path(path) }
        if let descriptor = manager.inheritedSocket { return .inherited(descriptor: descriptor) }
        guard let path = places.socket else { throw .noRuntimeFolder }
        return .path(path)
    }

    private func stateFolder(_ places: Places) throws(StartFault) -> PrivateFolder {
        do throws(StorageFault) {
            return try PrivateFolder(places.state)
        } catch {
            throw .storage(error)
        }
    }

    private func openStore(
        _ places: Places, _ state: PrivateFolder, _ time: any Timekeeper
    ) throws(StartFault) -> FileGrantStore {
        do throws(StorageFault) {
            return try FileGrantStore(folder: state, bootID: Self.bootID, time: time) { () throws(StorageFault) in
                try sealingKeys(places, state: state)
            }
        } catch {
            throw .storage(error)
        }
    }

    /// The credential seals where there is one; what the key file has sealed before is still read.
    private func sealingKeys(_ places: Places, state: PrivateFolder) throws(StorageFault) -> [SealingKey] {
        var keys: [SealingKey] = []
        if let folder = manager.credentialsFolder, FileManager.default.fileExists(atPath: "\(folder)/valetkey.key") {
            keys.append(try SealingKey(credential: "\(folder)/valetkey.key"))
        }
        if keys.isEmpty || FileManager.default.fileExists(atPath: "\(places.keyFolder)/key") {
            keys.append(try SealingKey(in: try PrivateFolder(places.keyFolder), state: state))
        }
        return keys
    }

    private static func startTransport(authorities: String?) throws(StartFault) -> CurlTransport {
        do throws(TransportFailure) {
            return try CurlTransport(authorities: authorities)
        } catch {
            throw .transport("\(error)")
        }
    }

    private static func serve(
        _ place: SocketPlace, _ group: any EventLoopGroup, _ api: DaemonAPI
    ) async throws(StartFault) -> SocketServer {
        do throws(SocketFault) {
            return try await SocketServer.open(
                place, group: group, table: RouteTable(api.routes, version: Version.current))
        } catch {
            throw .socket(error)
        }
    }

    /// Names this boot of the machine.
    private static var bootID: String {
        (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
            .filter { !$0.isWhitespace } ?? "unknown boot at \(Date().timeIntervalSince1970)"
    }
}
