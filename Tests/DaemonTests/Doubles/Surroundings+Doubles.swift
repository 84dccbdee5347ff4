import Files
import Grants
import HTTPTransport
import NIOPosix
import Scratch
import TestStores
import Vendors

@testable import Daemon

extension Surroundings {
    /// Surroundings made of test doubles: the configuration is `config.toml` in the folder, and there is no service
    /// manager.
    static func doubles(
        in folder: ScratchFolder, time: TestTime = TestTime(clock: TestClock()),
        transport: any HTTPTransport = RecordingTransport(), store: any GrantStore = MemoryStore(),
        log: RecordedLog = RecordedLog(), environment: [String: String] = [:],
        manager: ServiceManager = ServiceManager(environment: [:])
    ) throws -> Surroundings {
        Surroundings(
            environment: environment, catalogue: .complete,
            configuration: try ConfigurationSource(
                named: folder.file("config.toml"), environment: [:], catalogue: .complete),
            time: time, clock: time.clock, transport: transport, store: store, state: try PrivateFolder(folder.path),
            loops: MultiThreadedEventLoopGroup.singleton, log: log.logger, threshold: LogThreshold(), manager: manager,
            extraPlaces: ExtraPlaces(
                inherited: manager.inherited, folder: folder.path, environment: environment))
    }
}
