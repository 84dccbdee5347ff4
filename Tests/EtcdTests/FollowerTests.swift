import HTTPTransport
import Register
import ScriptedServer
import Synchronization
import Testing

@testable import Etcd

/// How changes are followed where the watch doesn't work as it should.
@Suite(.timeLimit(.minutes(2))) struct FollowerTests {
    private let root = RegisterName("valetkey")
    private let name = RegisterName("valetkey/a")

    /// A clock whose pauses of up to 5 seconds end at once. It knows how long they were to last.
    private struct FastClock: Clock {
        let slept = SleepLog()
        /// What also ends at once.
        var others: Set<Duration> = []
        let now = ContinuousClock().now
        var minimumResolution: Duration { .nanoseconds(1) }

        func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
            let pause = deadline - now
            slept.add(pause)
            guard pause > .seconds(5), !others.contains(pause) else { return }
            try await Task.sleep(for: pause, clock: ContinuousClock())
        }
    }

    private final class SleepLog: Sendable {
        private let pauses = Mutex<[Duration]>([])

        func add(_ pause: Duration) { pauses.withLock { $0.append(pause) } }

        var all: [Duration] { pauses.withLock { $0 } }
    }

    /// The pause between two checks of a silent watch.
    private static let check = Duration.seconds(15)
    /// How long a watch may take to begin.
    private static let limit = Duration.seconds(20)

    private static let listed = String.ok(#"{"header":{"revision":"5"}}"#)

    private static func watch(_ lines: String...) -> String {
        let chunks = lines.map { "\(String($0.utf8.count + 1, radix: 16))\r\n\($0)\n\r\n" }.joined()
        return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunks)"
    }

    private static let created = #"{"result":{"created":true}}"#
    private static let change =
        #"{"result":{"events":[{"kv":{"key":"dmFsZXRrZXkvYQ==","mod_revision":"7","value":"AQ=="}}]}}"#

    private func withChanges(
        atOnce others: Set<Duration> = [],
        _ script: @escaping @Sendable (_ request: String, _ number: Int) -> ScriptedServer.Act,
        _ test: (AsyncStream<RegisterChange>, FastClock) async throws -> Void
    ) async throws {
        let number = Mutex(0)
        try await withServer { request in
            script(
                request,
                number.withLock { number in
                    number += 1
                    return number
                })
        } _: { server, transport in
            let clock = FastClock(others: others)
            let settings = EtcdSettings(endpoints: ["http://127.0.0.1:\(server.port)"], memberLimit: Self.limit)
            try await test(EtcdRegister(settings, transport, clock: clock).changes(under: root), clock)
        }
    }

    @Test func `a watch begins after the listed revision, and asks for a leader`() async throws {
        let watches = Mutex<[String]>([])
        try await withChanges { request, _ in
            guard request.contains("/watch") else { return .send(Self.listed) }
            watches.withLock { $0.append(request) }
            return .send(Self.watch(Self.created, Self.change))
        } _: { changes, _ in
            #expect(await changes.next()?.contents == [:])
            #expect(await changes.next() == .value(name, RegisterContent([1], revision: RegisterRevision(7))))
            let request = try #require(watches.withLock { $0.first })
            #expect(request.contains(#""start_revision":"6""#))
            #expect(request.lowercased().contains("grpc-metadata-hasleader: true"))
        }
    }

    @Test func `changes in the first line of a watch are told`() async throws {
        try await withChanges { request, _ in
            .send(request.contains("/watch") ? Self.watch(Self.change) : Self.listed)
        } _: { changes, _ in
            #expect(await changes.next()?.contents == [:])
            #expect(await changes.next()?.value == [1])
        }
    }

    @Test func `after a loss everything is listed again, at once`() async throws {
        try await withChanges { request, number in
            guard request.contains("/watch") else { return .send(Self.listed) }
            return number < 3
                ? .close(after: Self.watch(Self.created, Self.change)) : .send(Self.watch(Self.created, Self.change))
        } _: { changes, clock in
            #expect(await changes.next()?.contents == [:])
            #expect(await changes.next()?.value == [1])
            #expect(await changes.next()?.loss?.kind == .unreachable(mayBeApplied: false))
            #expect(await changes.next()?.contents == [:])
            #expect(await changes.next()?.value == [1])
            #expect(clock.slept.all.allSatisfy { $0 > .seconds(5) })
        }
    }

    @Test(arguments: [
        #"{"result":{"canceled":true,"compact_revision":"9"}}"#, #"{"error":{"message":"no leader"}}"#, "?",
    ])
    func `a line that ends the watch is a loss, though the connection stays`(line: String) async throws {
        try await withChanges { request, number in
            guard request.contains("/watch") else { return .send(Self.listed) }
            return .send(number < 3 ? Self.watch(Self.created, line) : Self.watch(Self.created))
        } _: { changes, _ in
            #expect(await changes.next()?.contents == [:])
            #expect(await changes.next()?.loss?.kind == .unreachable(mayBeApplied: false))
            #expect(await changes.next()?.contents == [:])
        }
    }

    @Test func `a loss is told once, and tried again after growing pauses`() async throws {
        try await withChanges { request, number in
            guard request.contains("/watch") else { return .send(Self.listed) }
            return number < 24 ? .send(.notFound) : .send(Self.watch(Self.created))
        } _: { changes, clock in
            #expect(await changes.next()?.loss?.kind == .unreachable(mayBeApplied: false))
            #expect(await changes.next()?.contents == [:])
            let pauses = clock.slept.all.filter { $0 <= .seconds(5) }
            #expect(Array(pauses.prefix(6)) == [100, 200, 400, 800, 1600, 3200].map { .milliseconds($0) })
            #expect(pauses.dropFirst(6).allSatisfy { $0 == .seconds(5) })
        }
    }

    @Test func `a watch that doesn't begin is a loss`() async throws {
        try await withChanges(atOnce: [Self.limit]) { request, number in
            guard request.contains("/watch") else { return .send(Self.listed) }
            return .send(
                number < 3 ? "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" : Self.watch(Self.created))
        } _: { changes, _ in
            #expect(await changes.next()?.loss?.detail.contains("no watch began") == true)
            #expect(await changes.next()?.contents == [:])
        }
    }

    @Test(arguments: [true, false]) func `a silent watch is lost if the engine has a later change, or can't be read`(
        isRead: Bool
    ) async throws {
        let newest = #"{"header":{"revision":"9"},"kvs":[{"key":"dmFsZXRrZXkvYQ==","mod_revision":"REVISION"}]}"#
        try await withChanges(atOnce: [Self.check]) { request, number in
            if request.contains("/watch") { return .send(Self.watch(Self.created)) }
            guard request.contains("sort_target") else { return .send(Self.listed) }
            // The first checks find what was listed.
            let isNewer = number > 6
            guard isRead || !isNewer else { return .send(.notFound) }
            return .send(.ok(newest.replacing("REVISION", with: isNewer ? "6" : "5")))
        } _: { changes, _ in
            #expect(await changes.next()?.contents == [:])
            let loss = try #require(await changes.next()?.loss)
            #expect(loss.kind == .unreachable(mayBeApplied: false))
            #expect(loss.detail.contains("doesn't tell of changes") == isRead)
            #expect(await changes.next()?.contents == [:])
        }
    }

    @Test func `following ends with the task`() async throws {
        try await withChanges { request, _ in
            .send(request.contains("/watch") ? Self.watch(Self.created) : Self.listed)
        } _: { changes, _ in
            #expect(await changes.next()?.contents == [:])
            await withTaskGroup { group in
                group.addTask { await changes.next() == nil }
                group.cancelAll()
                #expect(await group.next() == true)
            }
        }
    }
}
