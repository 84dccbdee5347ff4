import ServiceLifecycle
import Subprocess
import Synchronization
import SystemPackage

/// Runs `valetkeyd` as a child process. It is ended by SIGTERM when the service group shuts down, and waited for.
final class DaemonProcess: Service {
    private enum Event: Sendable {
        case logEnded
        case tornDown
    }

    private struct State {
        var log: [String] = []
        var failure: DemoFailure?
    }

    private let executable: String
    private let environment: [String: String]
    private let state = Mutex(State())

    init(executable: String, environment: [String: String]) {
        self.executable = executable
        self.environment = environment
    }

    /// The last lines of its log.
    var log: [String] { state.withLock(\.log) }

    /// Set when the process has ended unexpectedly.
    var failure: DemoFailure? { state.withLock(\.failure) }

    func run() async throws {
        var options = PlatformOptions()
        // A process group of its own, so that Ctrl-C on the terminal reaches only the demonstration, which then stops
        // the daemon.
        options.processGroupID = 0
        options.teardownSequence = Self.teardown
        let pairs = environment.map { (Environment.Key(stringLiteral: $0), $1) }
        let result = try await Subprocess.run(
            .path(FilePath(executable)), environment: .custom(Dictionary(uniqueKeysWithValues: pairs)),
            platformOptions: options, input: .none, output: .discarded, error: .sequence
        ) { execution in
            await withTaskGroup(of: Event.self) { group in
                group.addTask {
                    await self.read(execution.standardError)
                    return .logEnded
                }
                group.addTask {
                    try? await gracefulShutdown()
                    await execution.teardown(using: Self.teardown)
                    return .tornDown
                }
                _ = await group.next()
                let isAsked = Task.isShuttingDownGracefully || Task.isCancelled
                group.cancelAll()
                return isAsked
            }
        }
        guard !result.closureResult else { return }
        let failure = DemoFailure.daemonEnded(status: "\(result.terminationStatus)", log: log)
        state.withLock { $0.failure = failure }
        throw failure
    }

    private static let teardown = [TeardownStep.gracefulShutDown(allowedDurationToNextStep: .seconds(10))]

    private func read(_ standardError: SubprocessOutputSequence) async {
        do {
            for try await line in standardError.strings() {
                state.withLock { state in
                    state.log = state.log.suffix(9) + [String(line.filter { $0 >= " " })]
                }
            }
        } catch {
            // The pipe is closed: there is nothing left to read.
        }
    }
}
