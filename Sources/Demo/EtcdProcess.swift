import FoundationEssentials
import HTTPTransport
import ServiceLifecycle
import Synchronization
import Text

/// Runs an etcd of one member on two ports that were free. SIGTERM ends it when the service group shuts down.
final class EtcdProcess: ChildService {
    private struct State {
        var child: ChildProcess?
        var endpoint = ""
        var isReady = false
        var failure: DemoFailure?
    }

    private let executable: String
    private let folder: String
    /// Nobody else's etcd has this name.
    private let name: String
    private let state = Mutex(State())

    /// Others may take the ports before it listens on them. It isn't told why it has ended, so that any other fault is
    /// met as often.
    private static let tries = 3

    /// `folder` gets its data.
    init(executable: String, folder: String) {
        var random = SystemRandomNumberGenerator()
        self.executable = executable
        self.folder = folder
        name = "demo-" + RandomText.readable(length: 12, using: &random)
    }

    var failure: DemoFailure? { state.withLock(\.failure) }

    func run() async throws {
        var number = 0
        while true {
            number += 1
            let ports = try FreePorts.choose(2)
            let child = ChildProcess(
                executable: executable, arguments: arguments(ports, folder: "\(folder)/\(number)"),
                environment: environment)
            state.withLock { $0 = State(child: child, endpoint: Self.url(ports[0])) }
            guard let status = try await end(of: child) else { return }
            guard number == Self.tries || state.withLock(\.isReady) else { continue }
            let failure = DemoFailure.etcdEnded(status: status, log: child.log.map(Self.words))
            state.withLock { $0.failure = failure }
            throw failure
        }
    }

    private func end(of child: ChildProcess) async throws -> String? {
        do {
            return try await child.run()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return "\(error)"
        }
    }

    /// Asks until it answers.
    ///
    /// - Returns: its endpoint; nil where it doesn't answer within `limit`.
    func waitUntilReady(_ transport: any HTTPTransport, within limit: Duration) async throws -> String? {
        let clock = ContinuousClock()
        let end = clock.now + limit
        while clock.now < end {
            let endpoint = state.withLock(\.endpoint)
            if !endpoint.isEmpty, await answers(transport, endpoint) {
                state.withLock { $0.isReady = true }
                return endpoint
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        return nil
    }

    /// The last lines of its log, as a failure quotes them.
    var log: [String] { (state.withLock(\.child)?.log ?? []).map(Self.words) }

    /// Whether the etcd at this endpoint is this one.
    private func answers(_ transport: any HTTPTransport, _ endpoint: String) async -> Bool {
        let call = HTTPCall(
            .post, "\(endpoint)/v3/cluster/member/list", headers: [("Content-Type", "application/json")],
            body: "{}", timeout: .seconds(2), isDirect: true)
        guard case .success(let reply) = await transport.send(call) else { return false }
        return reply.status == 200 && String(decoding: reply.body, as: UTF8.self).contains("\"\(name)\"")
    }

    func arguments(_ ports: [UInt16], folder: String) -> [String] {
        let (client, peer) = (Self.url(ports[0]), Self.url(ports[1]))
        return [
            "--name", name, "--data-dir", folder, "--listen-client-urls", client, "--advertise-client-urls", client,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", "\(name)=\(peer)",
            "--auto-compaction-retention", "1h", "--logger", "zap", "--log-outputs", "stderr", "--log-level", "error",
        ]
    }

    private var environment: [String: String] {
        var environment = ["HOME": folder, "PATH": "/usr/local/bin:/usr/bin:/bin"]
        #if arch(arm64)
            // An etcd of version 3.4 starts on no other architecture than x86-64 without it.
            environment["ETCD_UNSUPPORTED_ARCH"] = "arm64"
        #endif
        return environment
    }

    private static func url(_ port: UInt16) -> String { "http://127.0.0.1:\(port)" }

    /// What a line of its log says to a person: each is a JSON object, apart from those of the Go runtime.
    static func words(_ line: String) -> String {
        struct Line: Decodable {
            let msg: String
            let error: String?
        }
        guard let read = try? JSONDecoder().decode(Line.self, from: Data(line.utf8)) else { return line }
        return read.error.map { "\(read.msg): \($0)" } ?? read.msg
    }
}
