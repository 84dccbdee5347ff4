import Secrets
import Subprocess

/// A program that the daemon runs to tell somebody something, without input.
struct ChildProgram: Sendable {
    private let call: ProgramCall

    var name: String { call.program }

    /// The time limit for such a program.
    static let limit = Duration.seconds(30)

    /// nil where the words are empty.
    init?(_ words: [String], environment: [String: String]) {
        guard let program = words.first, !program.isEmpty else { return nil }
        call = ProgramCall(program, Array(words.dropFirst()), environment: environment)
    }

    /// Runs the program, with its output discarded. Where the program takes too long or the task is cancelled, ends it with
    /// all programs that it has started. Returns false unless it exits with 0.
    func run(clock: any Clock<Duration>, limit: Duration = Self.limit) async -> Bool {
        await within(limit, clock) {
            let result = try? await Subprocess.run(
                call.executable, arguments: Arguments(call.arguments), environment: call.environment,
                platformOptions: call.options, input: .none, output: .discarded, error: .discarded)
            return result?.terminationStatus.isSuccess == true ? true : nil
        } ?? false
    }

    /// As `run`, and returns what the program prints; nil unless it exits with 0.
    func read(clock: any Clock<Duration>, limit: Duration) async -> String? {
        await within(limit, clock) {
            let result = try? await Subprocess.run(
                call.executable, arguments: Arguments(call.arguments), environment: call.environment,
                platformOptions: call.options, input: .none, output: .string(limit: 1024), error: .discarded)
            return result?.terminationStatus.isSuccess == true ? result?.standardOutput : nil
        }
    }

    private func within<Value: Sendable>(
        _ limit: Duration, _ clock: any Clock<Duration>, _ work: @escaping @Sendable () async -> Value?
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await work() }
            group.addTask {
                try? await clock.sleep(for: limit)
                return nil
            }
            let value = await group.next() ?? nil
            group.cancelAll()
            return value
        }
    }
}
