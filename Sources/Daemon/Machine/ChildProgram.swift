import Subprocess
import SystemPackage

/// A program that the daemon starts to tell somebody something: without a shell, without input, its output discarded.
struct ChildProgram: Sendable {
    /// The program, which is looked for in PATH where it is only a name.
    var program: String
    var arguments: [String]
    /// All that the program sees of the daemon's environment.
    var environment: [String: String]

    /// How long a program may take.
    static let limit = Duration.seconds(30)

    /// nil where there is no program.
    init?(_ words: [String], environment: [String: String]) {
        guard let program = words.first, !program.isEmpty else { return nil }
        self.program = program
        self.arguments = Array(words.dropFirst())
        self.environment = environment
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
        var options = PlatformOptions()
        // A session of its own, so that what the program has started ends with it.
        options.createSession = true
        options.teardownSequence = [
            .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: .milliseconds(500)),
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero),
        ]
        let pairs = environment.compactMap { name, value in
            Subprocess.Environment.Key(rawValue: name).map { ($0, value) }
        }
        let result = try? await Subprocess.run(
            program.contains("/") ? .path(FilePath(program)) : .name(program), arguments: Arguments(arguments),
            environment: .custom(Dictionary(pairs) { $1 }), platformOptions: options, input: .none,
            output: .discarded, error: .discarded)
        return result?.terminationStatus.isSuccess == true
    }
}
