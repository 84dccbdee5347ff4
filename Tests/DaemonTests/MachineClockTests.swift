import FoundationEssentials
import Glibc
import Grants
import Subprocess
import SystemPackage
import Testing

@testable import Daemon

private let unshare = "/usr/bin/unshare"
private let hasTimeNamespaces =
    geteuid() == 0 && FileManager.default.isExecutableFile(atPath: unshare)
    && FileManager.default.fileExists(atPath: "/proc/self/ns/time")

/// On a machine that has never been asleep, the clock that counts time asleep (CLOCK_BOOTTIME) and the one that doesn't
/// (CLOCK_MONOTONIC) are equal. In a time namespace they can be made to differ.
@Suite(.timeLimit(.minutes(5))) struct MachineClockTests {
    @Test func `the clocks count time asleep`() async throws {
        let uptime = try #require(
            String(contentsOfFile: "/proc/uptime", encoding: .utf8).split(separator: " ").first.flatMap { Double($0) })
        let read = Double(SystemTimekeeper.bootTime.nanoseconds) / 1e9
        #expect(read >= uptime && read < uptime + 60)

        let clock = try BootClock()
        let start = SystemTimekeeper.bootTime
        let isAwake = await within(.seconds(5)) { (try? await clock.sleep(for: .milliseconds(20))) != nil }
        #expect(isAwake == true && SystemTimekeeper.bootTime - start >= .milliseconds(20))

        let time = try SystemTimekeeper()
        let due = time.instant() + .milliseconds(20)
        time.wake(at: due)
        let event = await within(.seconds(5)) {
            for await event in time.events() { return event }
            return .jumped
        }
        #expect(event == .due && time.instant() >= due)
        time.stop()
    }

    /// The result of the work; nil where it takes longer than the limit.
    private func within<Value: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await work() }
            group.addTask {
                try? await ContinuousClock().sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    @Test(.enabled(if: hasTimeNamespaces, "it takes root and unshare to set the clocks apart"))
    func `the clocks also count a long time asleep`() async throws {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let result = try await run(
            .path(FilePath(unshare)),
            arguments: [
                "--time", "--boottime", "100000", "--fork", own, "--testing-library", "swift-testing",
                "--filter", "MachineClockTests/`the clocks count time asleep`",
            ], output: .discarded, error: .string(limit: 1 << 20))
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
        #expect(result.standardError.contains("Test run with 1 test in 1 suite passed"))
    }
}
