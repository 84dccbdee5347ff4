import APIServer
import Grants
import NIOCore
import ServiceLifecycle
import UnixSignals

/// A part of the daemon that works until it is told to stop.
struct Part: Service {
    let work: @Sendable () async -> Void
    /// Called once, when the daemon stops: `work` then comes to its end by itself.
    let stop: @Sendable () -> Void

    func run() async {
        await withGracefulShutdownHandler(operation: work, onGracefulShutdown: stop)
    }
}

/// Ends with the first signal to stop.
struct StopService: Service {
    let signals: any AsyncSequence<UnixSignal, Never> & Sendable

    func run() async {
        await cancelWhenGracefulShutdown {
            for await _ in signals { break }
        }
    }
}

/// The API's socket, whose end is the first thing that a stop brings.
struct SocketService: Service {
    let manager: ServiceManager
    let keeper: GrantKeeper
    let consents: Consents
    /// Returns once everything is up.
    let open: @Sendable () async throws -> SocketServer

    /// How long those who wait for an answer may still get it.
    private static let patience = TimeAmount.seconds(8)

    func run() async throws {
        let server = try await open()
        await withTaskGroup { group in
            group.addTask { await server.run() }
            try? await gracefulShutdown()
            manager.stopping()
            consents.cancelAll()
            await server.close(patience: Self.patience)
            keeper.dismissReaders()
        }
    }
}

/// Tells the watchdog that the daemon works, as long as it does.
struct WatchdogService: Service {
    let interval: Duration
    let clock: any Clock<Duration>
    let manager: ServiceManager
    /// Returns where the daemon works, and hangs where that does.
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

/// SIGHUP loads the configuration again, once the daemon has started with the one that it has read first.
struct ReloadService: Service {
    let signals: any AsyncSequence<UnixSignal, Never> & Sendable
    /// Ends when the daemon has started.
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
