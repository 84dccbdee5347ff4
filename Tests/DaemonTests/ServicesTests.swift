import APIContract
import APIServer
import AuthorizationServer
import Failures
import Grants
import Scratch
import ServiceLifecycle
import ServiceLifecycleTestKit
import Testing
import UnixSignals

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct ServicesTests {
    private let folder: ScratchFolder
    private let socket: NotifySocket
    private let manager: ServiceManager

    init() throws {
        folder = try ScratchFolder()
        socket = try NotifySocket(folder.file("notify"))
        manager = ServiceManager(environment: ["NOTIFY_SOCKET": socket.name])
    }

    /// Runs a service until the body has returned and the service has been stopped and has ended.
    private func run(
        _ service: some Service, _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await testGracefulShutdown { stop in
            try await withThrowingTaskGroup { group in
                group.addTask { try await service.run() }
                try await body()
                stop.triggerGracefulShutdown()
                try await group.waitForAll()
            }
        }
    }

    @Test func `a service is logged by its name, not by what it holds`() {
        let services: [any Service] = [
            StopService(signals: AsyncStream { $0.finish() }), Part(description: "grants", work: {}, stop: {}),
            KeyService(start: AsyncStream { $0.finish() }, open: {}),
        ]
        let names = services.map { ServiceGroupConfiguration.ServiceConfiguration(service: $0).serviceName }
        #expect(names == ["StopService", "grants", "KeyService"])
    }

    @Test func `a part runs until it is told to stop`() async throws {
        let (stream, end) = AsyncStream.makeStream(of: Void.self)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let part = Part(description: "part") {
            begin.finish()
            for await _ in stream {}
        } stop: {
            end.finish()
        }
        try await run(part) { for await _ in begun {} }
    }

    @Test func `the first stop signal ends its service`() async throws {
        let (signals, send) = AsyncStream.makeStream(of: UnixSignal.self)
        send.yield(.sigterm)
        await StopService(signals: signals).run()
        // It also ends where something else stops the group.
        let (silence, keep) = AsyncStream.makeStream(of: UnixSignal.self)
        try await run(StopService(signals: silence)) {}
        keep.finish()
    }

    @Test func `a reload by signal is reported before and after, even where the file is refused`() async throws {
        let parts = Parts(try .doubles(in: folder))
        let (signals, send) = AsyncStream.makeStream(of: UnixSignal.self)
        let (start, started) = AsyncStream.makeStream(of: Never.self)
        let service = ReloadService(signals: signals, start: start, reloader: parts.reloader, manager: manager)
        started.finish()
        try await run(service) {
            for (text, status) in [
                ("", "Serving tokens of 0 accounts"),
                ("oops", "Configuration not loaded, the one before it stays: \(folder.file("config.toml")):1:"),
            ] {
                try folder.write(text.utf8, as: "config.toml")
                send.yield(.sighup)
                #expect(try await socket.next().hasPrefix("RELOADING=1\nMONOTONIC_USEC="))
                let ready = try await socket.next()
                #expect(ready.hasPrefix("READY=1\nSTATUS=\(status)") && ready.split(separator: "\n").count == 2)
            }
        }
    }

    @Test func `a signal during the start is handled after it`() async throws {
        let parts = Parts(try .doubles(in: folder))
        let (signals, send) = AsyncStream.makeStream(of: UnixSignal.self)
        let (start, started) = AsyncStream.makeStream(of: Never.self)
        let service = ReloadService(signals: signals, start: start, reloader: parts.reloader, manager: manager)
        send.yield(.sighup)
        let executor = StepExecutor()
        let running = Task(executorPreference: executor) { await service.answerSignals() }
        executor.runUntilAllWait()
        #expect(socket.received() == [])
        started.finish()
        send.finish()
        executor.runUntilAllWait()
        await running.value
        #expect(socket.received().count == 2)
    }

    @Test func `the watchdog gets a message at each interval, as long as the daemon works`() async throws {
        let clock = TestClock()
        let (checks, check) = AsyncStream.makeStream(of: CheckedContinuation<Void, Never>.self)
        let service = WatchdogService(interval: .seconds(15), clock: clock, manager: manager) {
            await withCheckedContinuation { check.yield($0) }
        }
        try await run(service) {
            var asked = checks.makeAsyncIterator()
            for _ in 0..<2 {
                // While the check hangs, no message is sent.
                let hanging = await asked.next()
                #expect(socket.received() == [])
                hanging?.resume()
                await clock.awaitSleeper(for: .seconds(15))
                #expect(socket.received() == ["WATCHDOG=1"])
                clock.advance(by: .seconds(14))
                await clock.awaitSleeper(for: .seconds(1))
                clock.advance(by: .seconds(1))
            }
            await asked.next()?.resume()
        }
    }

    @Test func `a stop is reported, closes the socket and answers waiting callers`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            try await rig.consent(endingAs: .granted)
            rig.server.fail(.delay)
            async let answer = rig.refresh()
            try await rig.server.wait { $0.held == 1 }
            let (opened, open) = AsyncStream.makeStream(of: Void.self)
            let place = SocketPlace.path(folder.file("s"))
            let service = SocketService(manager: manager, keeper: rig.keeper, consents: rig.consents) {
                defer { open.finish() }
                let table = RouteTable(rig.api.routes, version: "0")
                return try await SocketServer.open(place, group: rig.surroundings.loops, table: table)
            }
            try await run(service) {
                for await _ in opened {}
                let names = try folder.names()
                #expect(names == ["notify", "s"] && socket.received() == [])
            }
            #expect(socket.received() == ["STOPPING=1\nSTATUS=Stopping"])
            #expect(try folder.names() == ["notify"])
            guard case .unavailable(let failure, _) = await answer else { throw Unexpected() }
            #expect(failure.code == .stopping)
            rig.server.release()
        }
    }

    @Test func `a socket that can't be opened ends its service with the reason`() async throws {
        let parts = Parts(try .doubles(in: folder))
        let service = SocketService(manager: manager, keeper: parts.keeper, consents: parts.consents) {
            throw StartFault.noRuntimeFolder
        }
        await #expect(throws: StartFault.self) { try await service.run() }
        #expect(socket.received() == [])
    }
}
