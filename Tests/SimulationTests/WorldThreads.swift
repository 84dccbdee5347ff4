import Foundation
import Testing

/// All simulations, one suite after the other: each uses all processors.
@Suite(.serialized) enum Simulations {}

/// Threads of their own for simulated worlds, which leave the processors to all other tests: these have time limits, and
/// on the queues of Dispatch they would wait behind the worlds.
enum WorldThreads {
    static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let thread = Thread {
                // It concerns this thread only.
                _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
                continuation.resume(with: Result { try work() })
            }
            thread.start()
        }
    }
}
