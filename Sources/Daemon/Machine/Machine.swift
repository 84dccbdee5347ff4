import APIServer
import Accounts
import Configuration
import Files
import FoundationEssentials
import Grants
import HTTPTransport
import Logging
import NIOPosix
import Stores
import Vendors

/// The machine that the daemon runs on: its clocks, its network, its disk, and the arguments of the start.
struct Machine: Sendable {
    let surroundings: Surroundings
    let transport: CurlTransport
    let configuration: FirstConfiguration
    let socket: SocketPlace

    /// - Throws: `StartFault` for the first of these that isn't available.
    init(_ options: Daemon.Options, _ manager: ServiceManager) throws(StartFault) {
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
        var exposures = state.exposure.map { [$0] } ?? []
        let store = try Self.openStore(places, state, manager, time, &exposures)
        for exposure in exposures { log.warning(exposure) }
        transport = try Self.startTransport(authorities: environment["SSL_CERT_FILE"])
        surroundings = Surroundings(
            environment: environment, catalogue: .complete, configuration: source, time: time, clock: clock,
            transport: transport, store: store, state: state, loops: MultiThreadedEventLoopGroup(numberOfThreads: 1),
            log: log, threshold: threshold, manager: manager,
            extraPlaces: ExtraPlaces(
                inherited: manager.inherited, folder: Self.folder(of: socket, places), environment: environment))
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
        _ places: Places, _ state: PrivateFolder, _ manager: ServiceManager, _ time: any Timekeeper,
        _ exposures: inout [Exposure]
    ) throws(StartFault) -> FileGrantStore {
        do throws(StorageFault) {
            return try FileGrantStore(
                folder: state, keyFolder: places.keyFolder, bootID: bootID, time: time
            ) { () throws(StorageFault) in
                try sealingKeys(places, state, credentials: manager.credentialsFolder, &exposures)
            }
        } catch {
            throw .storage(error)
        }
    }

    /// The credential seals new grants where there is one. Grants sealed with the key file can still be read.
    private static func sealingKeys(
        _ places: Places, _ state: PrivateFolder, credentials folder: String?, _ exposures: inout [Exposure]
    ) throws(StorageFault) -> [SealingKey] {
        var keys: [SealingKey] = []
        if let folder, FileManager.default.fileExists(atPath: "\(folder)/valetkey.key") {
            keys.append(try SealingKey(credential: "\(folder)/valetkey.key"))
        }
        if keys.isEmpty || FileManager.default.fileExists(atPath: "\(places.keyFolder)/key") {
            let keyFolder = try PrivateFolder(places.keyFolder)
            let key = try SealingKey(in: keyFolder, state: state)
            exposures += [keyFolder.exposure, key.exposure].compactMap(\.self)
            keys.append(key)
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
