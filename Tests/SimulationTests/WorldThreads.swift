import Foundation
import Testing

/// All simulations, one suite after the other: each uses all processors.
@Suite(.serialized) enum Simulations {}

/// Threads of their own for simulated worlds, which leave the processors to all other tests: these have time limits, and
/// on the queues of Dispatch they would wait behind the worlds.
enum WorldThreads {
    /// Runs worlds, as many at a time as there are processors, and returns their results in any order.
    static func all<Value: Sendable>(
        _ count: Int, _ run: @escaping @Sendable (Int) async throws -> Value
    ) async throws -> [Value] {
        let lanes = min(count, ProcessInfo.processInfo.activeProcessorCount)
        return try await withThrowingTaskGroup(of: [Value].self) { group in
            for lane in 0..<lanes {
                group.addTask {
                    var values: [Value] = []
                    for world in stride(from: lane, to: count, by: lanes) { values.append(try await run(world)) }
                    return values
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

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
