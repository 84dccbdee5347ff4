import Accounts
import Glibc
import Scratch
import Secrets
import Synchronization
import Testing
import Text

/// The time limit of a secret's command, and which processes end with it.
@Suite(.timeLimit(.minutes(5)))
struct CommandLimitTests {
    private let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin"]

    private func fault(_ command: [String], _ clock: any Clock<Duration>) async -> SecretFault? {
        do throws(SecretFault) {
            _ = try await SecretReader(environment: environment, clock: clock).read(.command(command))
            return nil
        } catch {
            return error
        }
    }

    @Test func `a command has thirty seconds`() async {
        let clock = RecordingClock()
        // Without a limit the command would end by itself, with no output.
        #expect(await fault(["sleep", "5"], clock) == .programTooSlow(program: "sleep", limit: .seconds(30)))
        #expect(clock.sleeps == [.seconds(30)])
    }

    @Test(arguments: ["", "trap '' TERM; "])
    func `a process that a command has started ends with it`(preparation: String) async throws {
        let folder = try ScratchFolder()
        try folder.makePipe("alive")
        // The child has the pipe open as long as it runs.
        let script = "\(preparation)sleep 5 > \(folder.file("alive")) & wait; sleep 5"
        let clock = OpeningClock(path: folder.file("alive"))
        #expect(await fault(["sh", "-c", script], clock) == .programTooSlow(program: "sh", limit: .seconds(30)))
        #expect(try await offPool { clock.isClosed(within: 2000) })
    }
}

/// A clock on which every sleep ends at once, and which records the durations.
private final class RecordingClock: Clock {
    private let all = Mutex<[Duration]>([])
    let now = ContinuousClock().now
    let minimumResolution = Duration.zero

    var sleeps: [Duration] { all.withLock { $0 } }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        all.withLock { $0.append(deadline - now) }
    }
}

/// A clock on which every sleep ends once a writer has opened a pipe.
private final class OpeningClock: Clock {
    private let path: String
    private let descriptor = Mutex<CInt>(-1)
    let now = ContinuousClock().now
    let minimumResolution = Duration.zero

    init(path: String) {
        self.path = path
    }

    deinit { close(descriptor.withLock { $0 }) }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        let opened = try await offPool { [path] in unsafe open(path, O_RDONLY | O_CLOEXEC) }
        descriptor.withLock { $0 = opened }
    }

    /// Whether all writers of the pipe have ended, within this many milliseconds.
    func isClosed(within milliseconds: CInt) -> Bool {
        var end = pollfd(fd: descriptor.withLock { $0 }, events: 0, revents: 0)
        return unsafe poll(&end, 1, milliseconds) == 1 && end.revents & Int16(POLLHUP) != 0
    }
}
