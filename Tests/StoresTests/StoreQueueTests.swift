import Synchronization
import Testing

@testable import Stores

struct StoreQueueTests {
    private final class Order: Sendable {
        let words = Mutex<[String]>([])
        let running = Mutex((now: 0, most: 0))

        func note(_ word: String) { words.withLock { $0.append(word) } }

        func begin() { running.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }

        func end() { running.withLock { $0.now -= 1 } }
    }

    @Test func `a task on the queue has its work done at once, before what waits for the queue`() async {
        let queue = StoreQueue()
        let order = Order()
        await Task(executorPreference: queue) {
            let other = Task(executorPreference: queue) { order.note("other") }
            _ = await queue.perform { order.note("own") }
            await other.value
        }.value
        #expect(order.words.withLock { $0 } == ["own", "other"])
    }

    @Test func `a task on the queue lets others have their turn between its own works`() async {
        let queue = StoreQueue()
        let order = Order()
        await Task(executorPreference: queue) {
            let other = Task(executorPreference: queue) { order.note("other") }
            for _ in 0..<2 { _ = await queue.perform { order.note("own") } }
            await other.value
        }.value
        #expect(order.words.withLock { $0 } == ["own", "other", "own"])
    }

    @Test func `work of other tasks is done one at a time, and its errors are returned`() async {
        let queue = StoreQueue()
        let order = Order()
        await withTaskGroup { group in
            for _ in 0..<50 {
                group.addTask {
                    _ = await queue.perform {
                        order.begin()
                        order.end()
                    }
                }
            }
        }
        #expect(order.running.withLock { $0.most } == 1)
        let failed: Result<Int, any Error> = await queue.perform { throw CancellationError() }
        #expect(throws: CancellationError.self) { try failed.get() }
    }
}
