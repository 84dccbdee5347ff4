import APIServer
import Accounts
import Configuration
import Files
import FoundationEssentials
import Grants
import HTTPTransport
import Logging
import NIOPosix
import Secrets
import Stores
import Vendors

/// The machine that the daemon runs on: its clocks, its network, its disk, and the arguments of the start.
struct Machine: Sendable {
    let surroundings: Surroundings
    let transport: CurlTransport
    let configuration: FirstConfiguration
    let socket: SocketPlace

    /// - Throws: `StartFault` for the first of these that isn't available.
    init(_ options: Daemon.Options, _ manager: ServiceManager) async throws(StartFault) {
        let threshold = LogThreshold()
        let log = Logger(label: "valetkeyd") { _ in
            StandardErrorLog(threshold: threshold, isJournal: manager.isJournal)
        }
        let environment = manager.environment
        let places = try Places(environment: environment)
        let source = try ConfigurationSource(
            named: options.configuration, environment: environment, catalogue: .complete)
        let first = try source.readFirst()
        try manager.inherited.check(extras: (first.configuration?.sockets ?? [:]).keys)
        configuration = FirstConfiguration(first)
        socket = try Self.socket(options, manager, places)
        let time = try SystemTimekeeper()
        let clock = try BootClock()
        let state = try Self.stateFolder(places)
        let store = try Self.openStore(places, state, time)
        let sources = KeySources(
            folder: places.keyFolder, state: state, credentials: manager.credentialsFolder, environment: environment,
            clock: clock)
        let opened = try await Self.openKeys(sources, first.configuration?.key, store)
        for exposure in (state.exposure.map { [$0] } ?? []) + opened.exposures { log.warning(exposure) }
        transport = CurlTransport(authorities: environment["SSL_CERT_FILE"])
        surroundings = Surroundings(
            environment: environment, catalogue: .complete, configuration: source, time: time, clock: clock,
            transport: LoggedTransport(transport: transport, log: log, clock: clock), store: store,
            sealing: Sealing(store: store, sources: sources, opened: opened), state: state,
            loops: MultiThreadedEventLoopGroup(numberOfThreads: 1),
            log: log, threshold: threshold, manager: manager,
            extraPlaces: ExtraPlaces(
                inherited: manager.inherited, folder: Self.folder(of: socket, places), environment: environment),
            sharing: try Self.sharedStore(first.configuration?.store, state, transport, environment, time, clock))
    }

    private static func socket(
        _ options: Daemon.Options, _ manager: ServiceManager, _ places: Places
    ) throws(StartFault) -> SocketPlace {
        if let path = options.socket { return .path(path) }
        if let descriptor = manager.inherited.main { return .inherited(descriptor: descriptor) }
        guard let path = places.socket else { throw .noRuntimeFolder }
        return .path(path)
    }

    /// The folder of the main socket.
    private static func folder(of socket: SocketPlace, _ places: Places) -> String? {
        let path = if case .path(let path) = socket { path } else { places.socket }
        return path.flatMap { path in path.lastIndex(of: "/").map { String(path[..<$0]) } }
    }

    private static func stateFolder(_ places: Places) throws(StartFault) -> PrivateFolder {
        do throws(StorageFault) {
            return try PrivateFolder(places.state)
        } catch {
            throw .storage(error)
        }
    }

    private static func openStore(
        _ places: Places, _ state: PrivateFolder, _ time: any Timekeeper
    ) throws(StartFault) -> FileGrantStore {
        do throws(StorageFault) {
            return try FileGrantStore(folder: state, keyFolder: places.keyFolder, bootID: bootID, time: time)
        } catch {
            throw .storage(error)
        }
    }

    private static func openKeys(
        _ sources: KeySources, _ kind: KeyKind?, _ store: FileGrantStore
    ) async throws(StartFault) -> OpenedKeys {
        do throws(StorageFault) {
            let opened = try await sources.open(kind)
            if let ring = opened.ring { store.adopt(keys: ring.keys) }
            return opened
        } catch {
            throw .storage(error)
        }
    }

    private static func sharedStore(
        _ store: StoreSettings?, _ state: PrivateFolder, _ transport: CurlTransport, _ environment: [String: String],
        _ time: any Timekeeper, _ clock: any Clock<Duration>
    ) throws(StartFault) -> SharedStore? {
        guard let store else { return nil }
        do throws(StorageFault) {
            return try SharedStore(
                store, state: state, transport: transport,
                secrets: SecretReader(environment: environment, clock: clock), time: time, clock: clock)
        } catch {
            throw .storage(error)
        }
    }

    /// Identifies the current boot of the machine.
    private static var bootID: String {
        (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?
            .filter { !$0.isWhitespace } ?? "unknown boot at \(Date().timeIntervalSince1970)"
    }
}

extension Logger {
    /// Tells of a file or folder that other users could access until this start.
    fileprivate func warning(_ exposure: Exposure) {
        warning(
            "other users could access this until now: its mode was corrected",
            metadata: [
                "path": "\(exposure.path)", "mode": "\(exposure.modeText)",
                "hint": "whoever read the key and the stored grants can use them: log the accounts out and in again",
            ])
    }
}
