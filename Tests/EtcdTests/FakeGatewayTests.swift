import HTTPTransport
import Register
import ScriptedServer
import Synchronization
import Testing
import Text

@testable import Etcd

/// What a gateway may answer that isn't etcd's, or is none of its successes.
@Suite(.timeLimit(.minutes(2))) struct FakeGatewayTests {
    private let name = RegisterName("valetkey/a")

    private func withRegister(
        login: EtcdLogin? = nil, limit: Duration = .seconds(20),
        _ script: @escaping @Sendable (_ request: String) -> ScriptedServer.Act,
        _ test: @Sendable (EtcdRegister) async throws -> Void
    ) async throws {
        try await withServer(script) { server, transport in
            try await test(
                EtcdRegister(["http://127.0.0.1:\(server.port)"], transport, login: login, memberLimit: limit))
        }
    }

    @Test(arguments: [
        "", "{", "[]", "null", #"{"header":{}"#, #"{"kvs":[]}"#, #"{"header":{"revision":"x"}}"#,
        #"{"header":{"revision":"99999999999999999999"}}"#, #"{"header":{},"kvs":[{"key":"?"}]}"#,
        #"{"header":{},"kvs":[{"key":"b3RoZXI=","mod_revision":"1"}]}"#,
        #"{"header":{},"kvs":[{"key":"dmFsZXRrZXkvYQ=="}]}"#,
        #"{"header":{},"kvs":[{"key":"dmFsZXRrZXkvYQ==","mod_revision":"-1"}]}"#,
        #"{"header":{},"kvs":[{"key":"dmFsZXRrZXkvYQ==","mod_revision":"1","value":7}]}"#,
    ])
    func `a success that isn't etcd's is no answer`(body: String) async throws {
        try await withRegister { _ in
            .send(.ok(body))
        } _: { register in
            let kind = RegisterFailure.Kind.unreachable(mayBeApplied: false)
            #expect(await failure { try await register.read(name) }?.kind == kind)
        }
    }

    @Test(arguments: [
        "", "{", "[]", #"{"succeeded":true}"#, #"{"header":{},"succeeded":true}"#,
        #"{"header":{"revision":"0"},"succeeded":true}"#, #"{"header":{"revision":"-1"},"succeeded":true}"#,
        #"{"header":{},"responses":[{"response_range":{"kvs":[{"key":"b3RoZXI=","mod_revision":"1"}]}}]}"#,
    ])
    func `a write with such an answer may be applied`(body: String) async throws {
        try await withRegister { _ in
            .send(.ok(body))
        } _: { register in
            let failed = await failure { try await register.write([1], to: name, ifRevision: .absent) }
            #expect(failed?.mayBeApplied == true)
        }
    }

    @Test(arguments: [
        (301, "", RegisterFailure.Kind.unreachable(mayBeApplied: true)), (400, #"{"code":3}"#, .denied),
        (401, "", .denied), (403, #"{"code":7}"#, .denied), (404, "", .unreachable(mayBeApplied: false)),
        (405, "", .unreachable(mayBeApplied: false)), (412, "", .denied), (429, #"{"code":8}"#, .full),
        (500, "", .unreachable(mayBeApplied: true)), (501, "", .unreachable(mayBeApplied: false)),
        (503, #"{"message":"etcdserver: no leader"}"#, .unreachable(mayBeApplied: true)),
        (504, "", .unreachable(mayBeApplied: true)),
    ])
    func `each status has its failure`(status: Int, body: String, kind: RegisterFailure.Kind) async throws {
        try await withRegister { _ in
            .send(
                "HTTP/1.1 \(status) No\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            )
        } _: { register in
            #expect(await failure { try await register.write([1], to: name, ifRevision: .absent) }?.kind == kind)
            let read = await failure { try await register.read(name) }?.kind
            #expect(read == (kind == .unreachable(mayBeApplied: true) ? .unreachable(mayBeApplied: false) : kind))
        }
    }

    @Test func `a message of the gateway is told without what a terminal would obey`() async throws {
        let body = #"{"message":"no\u001b[31m space\#(String(repeating: "!", count: 500))"}"#
        try await withRegister { _ in
            .send("HTTP/1.1 429 No\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
        } _: { register in
            let detail = try #require(await failure { try await register.read(name) }?.detail)
            #expect(detail.contains("no [31m space!"))
            #expect(detail.hasPrefix("http://127.0.0.1:"))
            #expect(detail.count < 280)
        }
    }

    @Test func `a gateway that hangs or hangs up may have performed a write, and a read is only unanswered`()
        async throws
    {
        for act in [ScriptedServer.Act.silence, .close(after: ""), .close(after: "HTTP/1.1 200 OK\r\nContent-Le")] {
            try await withRegister(limit: .milliseconds(300)) { _ in
                act
            } _: { register in
                let failed = await failure { try await register.write([1], to: name, ifRevision: .absent) }
                #expect(failed?.mayBeApplied == true)
                let kind = RegisterFailure.Kind.unreachable(mayBeApplied: false)
                #expect(await failure { try await register.read(name) }?.kind == kind)
            }
        }
    }

    @Test func `an answer of any length is read no further than the limit`() async throws {
        try await withRegister { _ in
            .send(.ok(String(repeating: " ", count: EtcdGateway.replyLimit + 1)))
        } _: { register in
            #expect(await failure { try await register.read(name) }?.detail.contains("longer than") == true)
        }
    }

    @Test(arguments: [nil, "", "yesterday", "Sun, 06 Nov 1994 08:49:37 PST"])
    func `an answer without a date is none`(date: String?) async throws {
        let body = #"{"header":{"revision":"5"}}"#
        try await withRegister { _ in
            let header = date.map { "Date: \($0)\r\n" } ?? ""
            return .send("HTTP/1.1 200 OK\r\n\(header)Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
        } _: { register in
            #expect(await failure { try await register.read(name) }?.isUnreachable == true)
        }
    }

    @Test func `the date of the answer is the engine's time`() async throws {
        try await withRegister { _ in
            .send(.ok(#"{"header":{"revision":"5"}}"#))
        } _: { register in
            let time = try await register.read(name).time
            #expect(time.seconds == 784_111_777)
            #expect(time.sent <= time.received)
        }
    }

    @Test func `an older gateway is asked by its own path, and remembered`() async throws {
        let paths = Mutex<[String]>([])
        try await withRegister { request in
            let path = String(request.split(separator: " ")[1])
            paths.withLock { $0.append(path) }
            return .send(path.hasPrefix("/v3beta/") ? .ok(#"{"header":{"revision":"5"}}"#) : .notFound)
        } _: { register in
            for _ in 1...2 { _ = try await register.read(name) }
            #expect(paths.withLock { $0 } == ["/v3/kv/range", "/v3beta/kv/range", "/v3beta/kv/range"])
        }
    }

    @Test func `numbers may be numbers or strings`() async throws {
        let body = #"{"header":{"revision":5},"kvs":[{"key":"dmFsZXRrZXkvYQ==","mod_revision":4,"value":"AQI="}]}"#
        try await withRegister { _ in
            .send(.ok(body))
        } _: { register in
            let content = try await register.read(name).content
            #expect(content == RegisterContent([1, 2], revision: RegisterRevision(4)))
        }
    }

    @Test func `a write that the gateway got twice is written`() async throws {
        let body = """
            {"header":{"revision":"9"},"responses":[{"response_range":{"kvs":[\
            {"key":"dmFsZXRrZXkvYQ==","mod_revision":"8","value":"AQ=="}]}}]}
            """
        try await withRegister { _ in
            .send(.ok(body))
        } _: { register in
            guard case .written(let revision, _) = try await register.write([1], to: name, ifRevision: .absent) else {
                Issue.record("it isn't")
                return
            }
            #expect(revision == RegisterRevision(8))
            guard case .changed(let found) = try await register.write([2], to: name, ifRevision: .absent) else {
                Issue.record("another value is")
                return
            }
            #expect(found.content == RegisterContent([1], revision: RegisterRevision(8)))
        }
    }

    @Test func `a password that can't be read is told, and nothing is sent`() async throws {
        let login = EtcdLogin(user: "valetkey") { .failure(RegisterFailure(.denied, "the file is gone")) }
        let count = Mutex(0)
        try await withRegister(login: login) { _ in
            count.withLock { $0 += 1 }
            return .send(.notFound)
        } _: { register in
            #expect(await failure { try await register.read(name) }?.detail.hasSuffix("the file is gone") == true)
            #expect(count.withLock { $0 } == 0)
        }
    }

    @Test(arguments: ["", #"a\r\nX: y"#, "a b"]) func `a token that is no header is no token`(token: String)
        async throws
    {
        let login = EtcdLogin(user: "valetkey") { .success(Secret("right")) }
        try await withRegister(login: login) { request in
            #expect(request.contains("auth/authenticate"))
            return .send(.ok(#"{"token":"\#(token)"}"#))
        } _: { register in
            #expect(await failure { try await register.read(name) }?.isUnreachable == true)
        }
    }
}

extension String {
    static let date = "Sun, 06 Nov 1994 08:49:37 GMT"

    /// A success with this body.
    static func ok(_ body: String) -> String {
        "HTTP/1.1 200 OK\r\nDate: \(date)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    static let notFound = "HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\nNot Found\n"
}
