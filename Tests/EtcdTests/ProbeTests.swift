import HTTPTransport
import Register
import Scratch
import ScriptedServer
import Testing

@testable import Etcd

@Suite(.timeLimit(.minutes(2))) struct ProbeTests {
    private let root = RegisterName("valetkey/1/team")

    private func probe(_ endpoints: [String], _ transport: CurlTransport) -> EtcdProbe {
        EtcdProbe(
            EtcdSettings(endpoints: endpoints, memberLimit: .seconds(20)), transport: transport,
            clock: ContinuousClock(), boot: CurlTransport.uptime)
    }

    @Test(.enabled(if: EtcdProgram.isTested, "VALETKEY_ETCD names no etcd"))
    func `a member tells its state, and the look at it changes nothing`() async throws {
        let transport = CurlTransport()
        defer { transport.stop() }
        try await EtcdProgram.run { endpoint in
            let probe = probe([endpoint, "http://127.0.0.1:1"], transport)
            let members = await probe.members()
            #expect(members.map(\.endpoint) == [endpoint, "http://127.0.0.1:1"])
            let state = try members[0].state.get()
            #expect(state.version.hasPrefix("3."))
            #expect(state.isLeader && state.hasLeader && state.alarms.isEmpty)
            #expect(!state.cluster.isEmpty && !state.member.isEmpty)
            #expect(throws: RegisterFailure.self) { try members[1].state.get() }
            try await probe.access(below: root)
            #expect(await !probe.hasRoles())
            #expect(await !probe.isNeverCompacted())
            let register = EtcdRegister([endpoint], transport)
            #expect(try await register.list(under: RegisterName("valetkey")).contents.isEmpty)
        }
    }

    @Test(.enabled(if: EtcdProgram.isTested, "VALETKEY_ETCD names no etcd"))
    func `a database without space is an alarm of its member`() async throws {
        let transport = CurlTransport()
        defer { transport.stop() }
        try await EtcdProgram.run(["--quota-backend-bytes", "100000"]) { endpoint in
            let register = EtcdRegister([endpoint], transport)
            #expect(await register.fill()?.kind == .full)
            let alarms = try await probe([endpoint], transport).members()[0].state.get().alarms
            #expect(alarms.contains { $0.contains("NOSPACE") })
        }
    }

    @Test(arguments: [(#"{"header":{"revision":"100001"}}"#, true), (#"{"header":{"revision":"100000"}}"#, false)])
    func `a long history that begins with the first write was never compacted`(body: String, isNever: Bool)
        async throws
    {
        try await withServer { request in
            #expect(request.contains(#""revision":"1""#))
            return .send(.ok(body))
        } _: { server, transport in
            #expect(await probe(["http://127.0.0.1:\(server.port)"], transport).isNeverCompacted() == isNever)
        }
    }

    @Test func `a member without a leader says so, and another answer is none`() async throws {
        for (body, hasLeader) in [
            (#"{"header":{"cluster_id":"7","member_id":"8"},"version":"3.4.23"}"#, false as Bool?),
            (#"{"header":{"member_id":"8"},"version":"3.4.23","leader":"9"}"#, true), ("{}", nil),
        ] {
            try await withServer { _ in
                .send(.ok(body))
            } _: { server, transport in
                let state = try? await probe(["http://127.0.0.1:\(server.port)"], transport).members()[0].state.get()
                #expect(state?.hasLeader == hasLeader)
                #expect(state?.isLeader == hasLeader.map { _ in false })
            }
        }
    }

    @Test(arguments: [403, 200]) func `access needs the permission to write`(status: Int) async throws {
        try await withServer { request in
            if request.contains("/range") { return .send(.ok(#"{"header":{"revision":"5"}}"#)) }
            return status == 200
                ? .send(.ok(#"{"header":{"revision":"5"}}"#)) : .send("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
        } _: { server, transport in
            let probe = probe(["http://127.0.0.1:\(server.port)"], transport)
            if status == 200 {
                try await probe.access(below: root)
            } else {
                #expect(await failure { try await probe.access(below: root) }?.kind == .denied)
            }
        }
    }
}
