import Secrets
import Subprocess

/// A program that the daemon starts to tell somebody something: without input, its output discarded.
struct ChildProgram: Sendable {
    private let call: ProgramCall

    var name: String { call.program }

    /// How long a program may take.
    static let limit = Duration.seconds(30)

    /// nil where there is no program.
    init?(_ words: [String], environment: [String: String]) {
        guard let program = words.first, !program.isEmpty else { return nil }
        call = ProgramCall(program, Array(words.dropFirst()), environment: environment)
    }

    /// Runs it, and ends it and what it has started where it takes too long or the task is cancelled. False unless it
    /// has ended with 0.
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
