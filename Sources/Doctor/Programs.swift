import Secrets
import Subprocess
import SystemPackage

/// What a program has printed.
struct ProgramAnswer: Sendable, Equatable {
    var code: Int32
    var output: String
    var errors: String
}

/// Runs the system's own programs, such as systemctl, with a time limit.
struct Programs: Sendable {
    let environment: [String: String]
    let limit: Duration

    private static let sizeLimit = 1 << 20

    func run(_ program: String, _ arguments: [String]) async -> Observed<ProgramAnswer> {
        await withTaskGroup(of: Observed<ProgramAnswer>.self) { group in
            group.addTask { await answer(program, arguments) }
            group.addTask {
                try? await ContinuousClock().sleep(for: limit)
                return .unseen("\(program) has not answered within \(limit.components.seconds) s")
            }
            let first = await group.next() ?? .unseen("\(program) wasn't run")
            group.cancelAll()
            return first
        }
    }

    private func answer(_ program: String, _ arguments: [String]) async -> Observed<ProgramAnswer> {
        let call = ProgramCall(program, arguments, environment: environment)
        do {
            let result = try await Subprocess.run(
                call.executable, arguments: Arguments(arguments), environment: call.environment,
                platformOptions: call.options, output: .bytes(limit: Self.sizeLimit),
                error: .bytes(limit: Self.sizeLimit))
            guard case .exited(let code) = result.terminationStatus else { return .unseen("\(program) was ended") }
            return .seen(
                ProgramAnswer(
                    code: code, output: String(decoding: result.standardOutput, as: UTF8.self),
                    errors: String(decoding: result.standardError, as: UTF8.self)))
        } catch let error as SubprocessError where error.code == .executableNotFound {
            return .unseen("\(program) isn't installed")
        } catch {
            return .unseen("\(program) can't be run")
        }
    }
}
