import FoundationEssentials
import Glibc
import Subprocess
import SystemPackage

/// The built program `valetkey`, run as its users run it.
struct Outcome: Sendable {
    var code: Int32?
    var output: String
    var errors: String
}

enum BuiltProgram {
    /// The path of the program, next to the tests' own executable.
    static func path(_ name: String) throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = own.prefix(through: own.lastIndex(of: "/") ?? own.startIndex)
        return "\(folder)\(name)"
    }
}

/// Runs `valetkey` with only these environment variables, under this name.
func valetkey(
    _ arguments: [String], environment: [String: String] = [:], input: String = "", as name: String = "valetkey"
) async throws -> Outcome {
    let pairs = environment.compactMap { name, value in Environment.Key(rawValue: name).map { ($0, value) } }
    let result = try await run(
        .path(FilePath(BuiltProgram.path("valetkey"))),
        arguments: Arguments(executablePathOverride: name, remainingValues: arguments),
        environment: .custom(Dictionary(uniqueKeysWithValues: pairs)), input: .string(input),
        output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    return Outcome(
        code: result.terminationStatus.code, output: result.standardOutput, errors: result.standardError)
}

/// Runs `valetkey` with a standard output that can't be written.
func valetkeyToFullDisk(_ arguments: [String]) async throws -> Outcome {
    let full = unsafe FileDescriptor(rawValue: open("/dev/full", O_WRONLY | O_CLOEXEC))
    let result = try await run(
        .path(FilePath(BuiltProgram.path("valetkey"))), arguments: Arguments(arguments), environment: .custom([:]),
        input: .none, output: .fileDescriptor(full, closeAfterSpawningProcess: true), error: .string(limit: 1 << 20))
    return Outcome(code: result.terminationStatus.code, output: "", errors: result.standardError)
}

extension TerminationStatus {
    fileprivate var code: Int32? {
        guard case .exited(let code) = self else { return nil }
        return code
    }
}
