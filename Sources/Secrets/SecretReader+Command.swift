import Subprocess
import SystemPackage
import Text

extension SecretReader {
    private enum Outcome: Sendable {
        case ended(TerminationStatus, output: [UInt8], errors: [UInt8])
        case failed(SecretFault)
        case timeIsUp
    }

    /// Runs the program without a shell and returns the first line of its output.
    func runCommand(_ words: [String]) async throws(SecretFault) -> Secret {
        guard let first = words.first else { throw .programNotFound(program: "") }
        let program = try expand(first)
        switch await outcome(of: program, arguments: Array(words.dropFirst())) {
        case .ended(.exited(0), let output, _):
            return try Self.secret(in: output.prefix { $0 != UInt8(ascii: "\n") }, from: .command(program.shown))
        case .ended(.exited(let code), let output, let errors):
            let says = Self.excerpt(of: errors, without: output)
            throw .programFailed(program: program.shown, code: code, says: says)
        case .ended(.signaled(let signal), _, _): throw .programKilled(program: program.shown, signal: signal)
        case .failed(let fault): throw fault
        case .timeIsUp where Task.isCancelled: throw .cancelled
        case .timeIsUp: throw .programTooSlow(program: program.shown, limit: commandLimit)
        }
    }

    /// Runs the program for at most `commandLimit`. The program has ended when this returns.
    private func outcome(of program: String, arguments: [String]) async -> Outcome {
        await withTaskGroup(of: Outcome.self) { group in
            group.addTask { await run(program, arguments) }
            group.addTask {
                try? await clock.sleep(for: commandLimit)
                return .timeIsUp
            }
            let first = await group.next() ?? .timeIsUp
            group.cancelAll()
            return first
        }
    }

    private func run(_ program: String, _ arguments: [String]) async -> Outcome {
        let call = ProgramCall(program, arguments, environment: environment)
        do {
            let result = try await Subprocess.run(
                call.executable, arguments: Arguments(arguments), environment: call.environment,
                platformOptions: call.options, output: .bytes(limit: Self.sizeLimit),
                error: .bytes(limit: Self.sizeLimit))
            return .ended(result.terminationStatus, output: result.standardOutput, errors: result.standardError)
        } catch let error as SubprocessError {
            return .failed(Self.fault(error, program: program.shown))
        } catch {
            return .failed(Task.isCancelled ? .cancelled : .programNotStarted(program: program.shown))
        }
    }

    private static func fault(_ error: SubprocessError, program: String) -> SecretFault {
        if Task.isCancelled { return .cancelled }
        switch error.code {
        case .outputLimitExceeded: return .programTooTalkative(program: program)
        case .executableNotFound: return .programNotFound(program: program)
        case .spawnFailed
        where error.underlyingError == .noSuchFileOrDirectory || error.underlyingError == .permissionDenied:
            return .programNotFound(program: program)
        default: return .programNotStarted(program: program)
        }
    }

    /// The beginning of the program's standard error, on one line: programs such as pass explain failures there. Lines
    /// that the program has also printed as the secret are removed.
    private static func excerpt(of errors: [UInt8], without output: [UInt8]) -> String? {
        var text = String(decoding: errors, as: UTF8.self)
        for line in String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline) where line.count > 3 {
            text = text.replacing(line, with: "<secret>")
        }
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let scalars = words.unicodeScalars.filter(\.isShowable).prefix(200)
        return scalars.isEmpty ? nil : String(String.UnicodeScalarView(scalars))
    }
}
