import FoundationEssentials
import FuzzTargets
import Testing

/// Every parser of what comes from outside, fed with changed samples, for toolchains without libFuzzer; `Tests/fuzz`
/// goes further. A short run by default; `VALETKEY_FUZZ_RUNS=1000000` makes a long one, `VALETKEY_FUZZ_SEED=N` repeats
/// or varies it, and `VALETKEY_FUZZ_INPUT=FILE` keeps the last input there.
///
/// A crash ends the process: the seed of the run is printed first, and the inputs follow from it. A hang meets the time
/// limit, or the caller's.
@Suite(.serialized) struct FuzzTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let runs = environment["VALETKEY_FUZZ_RUNS"].flatMap { Int($0) } ?? 2_000
    private static let seed = environment["VALETKEY_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1

    /// What a crash leaves behind, where `VALETKEY_FUZZ_INPUT` names a file for it.
    private static let inputFile = environment["VALETKEY_FUZZ_INPUT"].map { URL(filePath: $0) }

    // AUTHZ-4, AUTHZ-7, CALLBACK-1, TOKEN-4, TOKEN-6, META-2, TLS-1, OIDC-1, KEEP-2
    @Test(arguments: FuzzTarget.all)
    func `whatever comes from outside, its parser keeps its promises`(_ target: FuzzTarget) async throws {
        print("fuzzing \(target.name): VALETKEY_FUZZ_SEED=\(Self.seed) VALETKEY_FUZZ_RUNS=\(Self.runs)")
        var mutator = Mutator(seed: Self.seed)
        for _ in 0..<Self.runs {
            // There are few threads for all tests: others that wait for an answer come to their turn.
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
