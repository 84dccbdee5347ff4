import FoundationEssentials
import FuzzTargets
import Testing

/// Tests every parser of untrusted input with mutated samples, for toolchains without libFuzzer; `Tests/fuzz` does
/// more. The run is short by default. `VALETKEY_FUZZ_RUNS=1000000` makes it long, `VALETKEY_FUZZ_SEED=N` repeats or
/// varies it, and `VALETKEY_FUZZ_INPUT=FILE` writes the current input to a file.
///
/// A crash ends the process. The seed of the run is printed first, and determines all inputs. A hang ends at the time
/// limit of the test or of its caller.
@Suite(.serialized) struct FuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let runs = environment["VALETKEY_FUZZ_RUNS"].flatMap { Int($0) } ?? 2_000
    private static let seed = environment["VALETKEY_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1

    /// The file with the current input, which remains after a crash; nil unless `VALETKEY_FUZZ_INPUT` names it.
    private static let inputFile = environment["VALETKEY_FUZZ_INPUT"].map { URL(filePath: $0) }

    // AUTHZ-4, AUTHZ-7, CALLBACK-1, TOKEN-4, TOKEN-6, META-2, TLS-1, OIDC-1, KEEP-2
    @Test(arguments: FuzzTarget.all)
    func `a parser of untrusted input keeps its promises for any input`(_ target: FuzzTarget) async throws {
        print("fuzzing \(target.name): VALETKEY_FUZZ_SEED=\(Self.seed) VALETKEY_FUZZ_RUNS=\(Self.runs)")
        var mutator = Mutator(seed: Self.seed)
        for _ in 0..<Self.runs {
            // All tests share few threads: yield to others that wait for an answer.
            await Task.yield()
            let input = mutator.input(from: target.samples)
            if let file = Self.inputFile { try? Data(input).write(to: file) }
            do {
                try await target.check(input)
            } catch {
                Issue.record("\(error), with the input \(String(reflecting: String(decoding: input, as: UTF8.self)))")
            }
        }
    }
}

extension FuzzTarget: CustomTestStringConvertible {
    package var testDescription: String { name }
}
