import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct BootClockTests {
    @Test func `no sleep ends too early, and a long one doesn't delay shorter ones`() async throws {
        let clock = try BootClock()
        try await withThrowingTaskGroup { group in
            group.addTask {
                await #expect(throws: CancellationError.self) { try await clock.sleep(for: .seconds(3600)) }
            }
            try await withThrowingTaskGroup { short in
                for milliseconds in [30, 0, 10, 20] {
                    short.addTask {
                        let start = clock.now
                        try await clock.sleep(for: .milliseconds(milliseconds))
                        #expect(clock.now - start >= .milliseconds(milliseconds))
                    }
                }
                try await short.waitForAll()
            }
            group.cancelAll()
            try await group.waitForAll()
        }
        try await clock.sleep(for: .milliseconds(1))
    }

    @Test func `an unused clock can be released`() throws {
        _ = try BootClock()
    }
}
