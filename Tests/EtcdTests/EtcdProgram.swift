import Etcd
import FoundationEssentials
import HTTPTransport
import Register
import Scratch
import Subprocess
import SystemPackage
import Testing
import Text

/// The program etcd, which the environment names: Tests/run unpacks it.
enum EtcdProgram {
    static let path = ProcessInfo.processInfo.environment["VALETKEY_ETCD"]

    /// Whether the tests with it run. Where no test may be skipped, they do without it too, and fail.
    static var isTested: Bool { path != nil || ProcessInfo.processInfo.environment["VALETKEY_TESTS_STRICT"] != nil }

    /// Runs a test with an etcd of one member at this endpoint, which ends with the test. Its data is kept in the folder.
    static func run<Value: Sendable>(
        at endpoint: String, in folder: ScratchFolder, _ options: [String] = [], _ test: () async throws -> Value
    ) async throws -> Value {
        let program = try #require(path)
        let peers = "http://127.0.0.1:\(try UnusedPort.next())"
        let words = [
            "--name", "one", "--data-dir", folder.file("etcd"), "--listen-client-urls", endpoint,
            "--advertise-client-urls", endpoint, "--listen-peer-urls", peers, "--initial-advertise-peer-urls", peers,
            "--initial-cluster", "one=\(peers)", "--heartbeat-interval", "20", "--election-timeout", "200",
            "--logger", "zap", "--log-outputs", "stdout",
        ]
        let ended = try await Subprocess.run(
            .path(FilePath(program)), arguments: Arguments(words + options), input: .none, output: .sequence,
            error: .discarded
        ) { execution in
            for try await line in execution.standardOutput.strings() where line.contains("serving client traffic") {
                break
            }
            let result: Result<Value, any Error>
            do {
                result = .success(try await test())
            } catch {
                result = .failure(error)
            }
            await execution.teardown(using: [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))])
            return result
        }
        return try ended.closureResult.get()
    }

    /// Runs a test with a new etcd.
    static func run<Value: Sendable>(
        scheme: String = "http", _ options: [String] = [], _ test: (_ endpoint: String) async throws -> Value
    ) async throws -> Value {
        let endpoint = "\(scheme)://127.0.0.1:\(try UnusedPort.next())"
        return try await run(at: endpoint, in: ScratchFolder(), options) { try await test(endpoint) }
    }

    /// Sends a request of an operator, which must succeed, and returns the reply's body.
    @discardableResult
    static func command(
        _ path: String, _ body: String, at endpoint: String, token: String? = nil, _ transport: CurlTransport,
        certificate: ClientCertificate? = nil, authorities: String? = nil
    ) async throws -> String {
        let headers = token.map { [(name: "Authorization", value: $0)] } ?? []
        let reply = try await transport.send(
            HTTPCall(
                .post, "\(endpoint)/v3/\(path)", headers: headers, body: body, certificate: certificate,
                authorities: authorities)
        ).get()
        let text = String(decoding: reply.body, as: UTF8.self)
        try #require(reply.status == 200, "\(path): \(text)")
        return text
    }

    static func token(
        of user: String, _ password: String, at endpoint: String, _ transport: CurlTransport
    ) async throws -> String {
        let request = #"{"name":"\#(user)","password":"\#(password)"}"#
        let reply = try await command("auth/authenticate", request, at: endpoint, transport)
        return try #require(reply.split(separator: #""token":""#).last?.prefix { $0 != "\"" }).description
    }
}

extension EtcdRegister {
    /// A register for tests, on the clocks of this machine.
    init(_ settings: EtcdSettings, _ transport: any LineTransport, clock: any Clock<Duration> = ContinuousClock()) {
        self.init(settings, transport: transport, clock: clock, boot: CurlTransport.uptime)
    }

    init(
        _ endpoints: [String], _ transport: any LineTransport, login: EtcdLogin? = nil,
        memberLimit: Duration = .seconds(20)
    ) {
        self.init(
            EtcdSettings(endpoints: endpoints, login: login, memberLimit: memberLimit), transport)
    }
}

extension EtcdRegister {
    /// Writes until the database has no space. Returns what the last write threw.
    func fill() async -> RegisterFailure? {
        await failure {
            for number in 0...50 {
                let value = Array(repeating: UInt8(number), count: 20_000)
                _ = try await write(value, to: RegisterName("valetkey/\(number)"), ifRevision: .absent)
            }
        }
    }
}

/// What a failing call throws.
func failure<Value>(_ call: () async throws -> Value) async -> RegisterFailure? {
    await #expect(throws: RegisterFailure.self) { _ = try await call() }
}
