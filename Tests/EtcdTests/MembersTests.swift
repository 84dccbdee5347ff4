import HTTPTransport
import Register
import ScriptedServer
import Synchronization
import Testing

@testable import Etcd

/// Several members, of which some don't answer.
@Suite(.timeLimit(.minutes(2))) struct MembersTests {
    private let name = RegisterName("valetkey/a")

    /// Members with what each does with every request, and how many requests each of them gets.
    private func withMembers(
        _ acts: [ScriptedServer.Act], limit: Duration = .seconds(20),
        _ test: (EtcdRegister, _ requests: () -> [Int]) async throws -> Void
    ) async throws {
        let counts = acts.map { _ in Count() }
        var servers: [ScriptedServer] = []
        for (act, count) in zip(acts, counts) {
            servers.append(
                try await ScriptedServer { _ in
                    count.add()
                    return act
                })
        }
        let transport = CurlTransport()
        defer { transport.stop() }
        let endpoints = servers.map { "http://127.0.0.1:\($0.port)" }
        try await test(EtcdRegister(endpoints, transport, memberLimit: limit)) { counts.map(\.value) }
        for server in servers { await server.close() }
    }

    private final class Count: Sendable {
        private let number = Mutex(0)

        var value: Int { number.withLock { $0 } }

        func add() { number.withLock { $0 += 1 } }
    }

    private static let good = ScriptedServer.Act.send(.ok(#"{"header":{"revision":"5"},"succeeded":true}"#))
    private static let noLeader = ScriptedServer.Act.send(
        "HTTP/1.1 503 No\r\nContent-Length: 35\r\n\r\n{\"message\":\"etcdserver: no leader\"}")

    @Test func `the next member is asked when one doesn't answer, and first from then on`() async throws {
        try await withMembers([.silence, Self.noLeader, Self.good], limit: .seconds(3)) { register, requests in
            for _ in 1...3 { _ = try await register.read(name) }
            #expect(requests() == [1, 1, 3])
        }
    }

    @Test func `a member that answers is asked only once`() async throws {
        try await withMembers([Self.good, Self.good]) { register, requests in
            for _ in 1...3 { _ = try await register.read(name) }
            #expect(requests() == [3, 0])
        }
    }

    @Test func `each member is asked once if none answers, and the last one's reason is told`() async throws {
        try await withMembers([.close(after: ""), Self.noLeader]) { register, requests in
            let failed = await failure { try await register.read(name) }
            #expect(failed?.kind == .unreachable(mayBeApplied: false))
            #expect(failed?.detail.contains("no leader") == true)
            #expect(requests() == [1, 1])
        }
    }

    @Test func `a refusal of one member is the answer`() async throws {
        let refusal = ScriptedServer.Act.send("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
        try await withMembers([refusal, Self.good]) { register, requests in
            #expect(await failure { try await register.read(name) }?.kind == .denied)
            #expect(await failure { try await register.write([1], to: name, ifRevision: .absent) }?.kind == .denied)
            #expect(requests() == [2, 0])
        }
    }

    @Test(arguments: [404, 429]) func `a write that one member may have applied may be applied, whatever others say`(
        status: Int
    ) async throws {
        let refusal = ScriptedServer.Act.send("HTTP/1.1 \(status) No\r\nContent-Length: 0\r\n\r\n")
        try await withMembers([.close(after: ""), refusal]) { register, _ in
            let failed = await failure { try await register.write([1], to: name, ifRevision: .absent) }
            #expect(failed?.mayBeApplied == true)
        }
    }

    @Test func `a write that reached no member isn't applied`() async throws {
        let transport = CurlTransport()
        defer { transport.stop() }
        let register = EtcdRegister(["http://127.0.0.1:1", "http://nowhere.invalid:1"], transport)
        let failed = await failure { try await register.write([1], to: name, ifRevision: .absent) }
        #expect(failed?.kind == .unreachable(mayBeApplied: false))
    }
}
