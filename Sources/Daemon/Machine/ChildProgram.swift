import Secrets
import Subprocess

/// A program that the daemon runs to notify somebody, without input and with its output discarded.
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

    /// Runs the program. Where the program takes too long or the task is cancelled, ends it with all programs that it
    /// has started. Returns false unless it exits with 0.
    func run(clock: any Clock<Duration>) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await run() }
            group.addTask {
                try? await clock.sleep(for: Self.limit)
                return false
            }
            let isSuccess = await group.next() ?? false
            group.cancelAll()
            return isSuccess
        }
    }

    private func run() async -> Bool {
        let result = try? await Subprocess.run(
            call.executable, arguments: Arguments(call.arguments), environment: call.environment,
            platformOptions: call.options, input: .none, output: .discarded, error: .discarded)
        return result?.terminationStatus.isSuccess == true
    }
}
