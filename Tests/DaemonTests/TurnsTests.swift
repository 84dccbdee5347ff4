import Synchronization
import Testing

@testable import Daemon

struct TurnsTests {
    /// Work that records its start and its end, and lasts until the test ends it.
    private final class Work: Sendable {
        private let notes = Mutex<[String]>([])
        private let held = Mutex<[CheckedContinuation<Int, Never>]>([])

        var done: [String] { notes.withLock { $0 } }

        func run(_ number: Int) async -> Int {
            notes.withLock { $0.append("begin \(number)") }
            let result = await withCheckedContinuation { work in held.withLock { $0.append(work) } }
            notes.withLock { $0.append("end \(number)") }
            return result
        }

        /// Ends the piece of work that began first.
        func end(with result: Int) {
            held.withLock { $0.isEmpty ? nil : $0.removeFirst() }?.resume(returning: result)
        }
    }

    @Test func `work runs one piece at a time, in the order of the calls, even after a pause`() async throws {
        let (turns, executor, work) = (Turns(), StepExecutor(), Work())
        let tasks = (1...3).map { number in
            Task(executorPreference: executor) { await turns.run { await work.run(number) } }
        }
        executor.runUntilAllWait()
        for number in 1...3 {
            #expect(work.done.last == "begin \(number)")
            work.end(with: number * 10)
            executor.runUntilAllWait()
        }
        #expect(work.done == (1...3).flatMap { ["begin \($0)", "end \($0)"] })
        for (index, task) in tasks.enumerated() { #expect(await task.value == (index + 1) * 10) }
        // The turn is free again.
        #expect(await turns.run { 4 } == 4)
    }
}
