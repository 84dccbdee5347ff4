import ServiceLifecycle
import Synchronization

/// Runs `valetkeyd` each time that it is told to start. SIGTERM ends it when the service group shuts down.
final class DaemonProcess: ChildService {
    private struct State {
        var child: ChildProcess
        var failure: DemoFailure?
    }

    private let executable: String
    private let environment: [String: String]
    private let (starts, starter) = AsyncStream.makeStream(of: ChildProcess.self)
    private let state: Mutex<State>

    init(executable: String, environment: [String: String]) {
        self.executable = executable
        self.environment = environment
        state = Mutex(State(child: ChildProcess(executable: executable, environment: environment)))
    }

    /// The last lines of its log.
    var log: [String] { state.withLock(\.child).log }

    var failure: DemoFailure? { state.withLock(\.failure) }

    /// Starts it; if it runs and is about to end, once it has ended.
    func start() {
        let child = ChildProcess(executable: executable, environment: environment)
        state.withLock { $0.child = child }
        starter.yield(child)
    }

    func kill() { state.withLock(\.child).kill() }

    func run() async throws {
        for await child in starts.cancelOnGracefulShutdown() {
            guard let status = try await child.run() else { continue }
            let failure = DemoFailure.daemonEnded(status: status, log: child.log)
            state.withLock { $0.failure = failure }
            throw failure
        }
    }
}
