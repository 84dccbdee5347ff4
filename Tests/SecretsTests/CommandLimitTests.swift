import Accounts
import Glibc
import Scratch
import Secrets
import Synchronization
import Testing
import Text

/// How long a secret's command may take, and what ends with it.
@Suite(.timeLimit(.minutes(1)))
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
        // Without a limit it would end by itself, with nothing said.
        #expect(await fault(["sleep", "5"], clock) == .programTooSlow(program: "sleep", limit: .seconds(30)))
        #expect(clock.sleeps == [.seconds(30)])
    }

    @Test(arguments: ["", "trap '' TERM; "])
    func `what a command has started ends with it`(preparation: String) async throws {
        let folder = try ScratchFolder()
        try folder.makePipe("alive")
        // The child has the pipe open for as long as it lives.
        let script = "\(preparation)sleep 5 > \(folder.file("alive")) & wait; sleep 5"
        let clock = OpeningClock(path: folder.file("alive"))
        #expect(await fault(["sh", "-c", script], clock) == .programTooSlow(program: "sh", limit: .seconds(30)))
        #expect(try await offPool { clock.isClosed(within: 2000) })
    }
}

/// A clock on which every wait is over at once, and that remembers how long it should have been.
private final class RecordingClock: Clock {
    private let all = Mutex<[Duration]>([])
    let now = ContinuousClock().now
    let minimumResolution = Duration.zero

    var sleeps: [Duration] { all.withLock { $0 } }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        all.withLock { $0.append(deadline - now) }
    }
}

/// A clock on which every wait is over once somebody has opened a pipe to write.
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

    /// Whether all who write to the pipe are gone, after this many milliseconds at most.
    func isClosed(within milliseconds: CInt) -> Bool {
        var end = pollfd(fd: descriptor.withLock { $0 }, events: 0, revents: 0)
        return unsafe poll(&end, 1, milliseconds) == 1 && end.revents & Int16(POLLHUP) != 0
    }
}
