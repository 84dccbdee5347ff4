import APIServer
import Grants
import NIOCore
import ServiceLifecycle
import UnixSignals

/// A service that is logged by its name alone: the group would describe all that a service holds, at each start.
protocol NamedService: Service, CustomStringConvertible {}

extension NamedService {
    var description: String { "\(Self.self)" }
}

/// A part of the daemon that runs until it is told to stop.
struct Part: NamedService {
    let description: String
    let work: @Sendable () async -> Void
    /// Called once when the daemon stops; `work` must return after that.
    let stop: @Sendable () -> Void

    func run() async {
        await withGracefulShutdownHandler(operation: work, onGracefulShutdown: stop)
    }
}

/// Ends with the first signal to stop.
struct StopService: NamedService {
    let signals: any AsyncSequence<UnixSignal, Never> & Sendable

    func run() async {
        await cancelWhenGracefulShutdown {
            for await _ in signals { break }
        }
    }
}

/// Serves the API's socket, which is the first thing to end when the daemon stops.
struct SocketService: NamedService {
    let manager: ServiceManager
    let keeper: GrantKeeper
    let consents: Consents
    var sockets: ExtraSockets?
    /// Opens the socket; returns once the daemon is ready.
    let open: @Sendable () async throws -> SocketServer

    /// How long callers may still wait for their answers after a stop.
    private static let patience = TimeAmount.seconds(8)

    func run() async throws {
        let server = try await open()
        await withTaskGroup { group in
            group.addTask { await server.run() }
            try? await gracefulShutdown()
            manager.stopping()
            consents.cancelAll()
            await sockets?.close()
            await server.close(patience: Self.patience)
            keeper.dismissReaders()
        }
    }
}

/// Reports to the watchdog as long as the daemon works.
struct WatchdogService: NamedService {
    let interval: Duration
    let clock: any Clock<Duration>
    let manager: ServiceManager
    /// Returns if the daemon works, and hangs if it hangs.
    let check: @Sendable () async -> Void

    func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await check()
                manager.keepAlive()
                try? await clock.sleep(for: interval)
            }
        }
    }
}

/// Opens the key of the stored grants once the daemon has started, where that needs no person.
struct KeyService: NamedService {
    /// A stream that ends when the daemon has started.
    let start: AsyncStream<Never>
    let open: @Sendable () async -> Void

    func run() async {
        await cancelWhenGracefulShutdown {
            for await _ in start {}
            await open()
            try? await gracefulShutdown()
        }
    }
}

/// Reloads the configuration at SIGHUP, but not before the daemon has started with its first configuration.
struct ReloadService: NamedService {
    let signals: any AsyncSequence<UnixSignal, Never> & Sendable
    /// A stream that ends when the daemon has started.
    let start: AsyncStream<Never>
    let reloader: Reloader
    let manager: ServiceManager

    func run() async {
        await cancelWhenGracefulShutdown { await answerSignals() }
    }

    func answerSignals() async {
        for await _ in start {}
        for await _ in signals {
            manager.reloading()
            manager.ready(await reloader.reload().event.status)
        }
    }
}
