import APIClient
import Glibc
import Scratch
import Testing

@Suite(.timeLimit(.minutes(5)))
struct MeanwhileTests {
    /// The result of a request to a daemon that doesn't answer, and how often `tick` was called.
    private func wait(patience: Int, isInterrupted: Bool, ticks: Bool) async throws -> (ClientFailure?, Int) {
        let folder = try ScratchFolder()
        let daemon = try folder.listen("s")
        defer { close(daemon) }
        var ends: [CInt] = [-1, -1]
        try #require(unsafe pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        if isInterrupted { try #require(unsafe write(ends[1], "x", 1) == 1) }
        let interrupt = ends[0]
        return try await offPool {
            var count = 0
            do throws(ClientFailure) {
                let meanwhile = Meanwhile(interrupt: interrupt, tick: ticks ? { count += 1 } : nil)
                _ = try SocketClient(path: folder.file("s")).send(
                    "GET", "/health", patience: patience, meanwhile: meanwhile)
                return (nil, count)
            } catch {
                return (error, count)
            }
        }
    }

    @Test func `a wait ends at once where the command is interrupted`() async throws {
        let (failure, ticks) = try await wait(patience: 3600, isInterrupted: true, ticks: true)
        guard case .interrupted = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(ticks == 0)
    }

    @Test(arguments: [false, true])
    func `a wait ends with the patience, and calls tick every second until then`(isTicking: Bool) async throws {
        let (failure, ticks) = try await wait(patience: 2, isInterrupted: false, ticks: isTicking)
        guard case .timedOut = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(isTicking ? (1...3).contains(ticks) : ticks == 0)
    }
}
