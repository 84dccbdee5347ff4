import ServiceLifecycle
import Subprocess
import Synchronization
import SystemPackage

/// One run of a program as a child process, of which only the last lines on standard error are kept.
final class ChildProcess: Sendable {
    private let executable: String
    private let arguments: [String]
    private let environment: [String: String]
    private let lines = Mutex<[String]>([])
    private let isKilled = Atomic(false)
    private let (kills, killer) = AsyncStream.makeStream(of: Void.self)

    init(executable: String, arguments: [String] = [], environment: [String: String]) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
    }

    /// The last lines of its log.
    var log: [String] { lines.withLock { $0 } }

    /// Ends it by SIGKILL, as a crash of its host does.
    func kill() {
        isKilled.store(true, ordering: .sequentiallyConsistent)
        killer.yield()
    }

    /// Runs it until it ends, is killed, or the service group shuts down: then SIGTERM ends it. Returns once it has
    /// ended.
    ///
    /// - Returns: its status if it has ended by itself, else nil.
    func run() async throws -> String? {
        var options = PlatformOptions()
        // A process group of its own, so that Ctrl-C on the terminal reaches only the demonstration, which then stops
        // the child.
        options.processGroupID = 0
        options.teardownSequence = Self.teardown
        let pairs = environment.map { (Environment.Key(stringLiteral: $0), $1) }
        let result = try await Subprocess.run(
            .path(FilePath(executable)), arguments: Arguments(arguments),
            environment: .custom(Dictionary(uniqueKeysWithValues: pairs)),
            platformOptions: options, input: .none, output: .discarded, error: .sequence
        ) { execution in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.read(execution.standardError) }
                group.addTask {
                    try? await gracefulShutdown()
                    await execution.teardown(using: Self.teardown)
                }
                group.addTask {
                    guard await self.kills.first(where: { true }) != nil else { return }
                    try? execution.send(signal: .kill)
                }
                await group.next()
                let isAsked = Task.isShuttingDownGracefully || Task.isCancelled
                group.cancelAll()
                return isAsked
            }
        }
        return result.closureResult || isKilled.load(ordering: .sequentiallyConsistent)
            ? nil : "\(result.terminationStatus)"
    }

    private static let teardown = [TeardownStep.gracefulShutDown(allowedDurationToNextStep: .seconds(10))]

    private func read(_ standardError: SubprocessOutputSequence) async {
        do {
            for try await line in standardError.strings() {
                lines.withLock { $0 = $0.suffix(9) + [String(line.filter { $0 >= " " })] }
            }
        } catch {
            // The pipe is closed: there is nothing left to read.
        }
    }
}
