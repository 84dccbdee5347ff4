import Failures
import Glibc
import Scratch
import Testing

@testable import Daemon

/// The complete daemon, started in a process of its own each time.
@Suite(.timeLimit(.minutes(5))) struct WholeDaemonTests {
    @Test func `the daemon reports readiness, answers SIGHUP, feeds the watchdog, and stops at SIGTERM`() async {
        await #expect(processExitsWith: .success) {
            let folder = try ScratchFolder()
            let socket = try NotifySocket(folder.file("notify"))
            let environment = [
                "HOME": folder.path, "XDG_RUNTIME_DIR": folder.path, "NOTIFY_SOCKET": socket.name,
                "WATCHDOG_USEC": "60000000",
            ]
            // Ends the process, which the suite's time limit doesn't do.
            alarm(50)
            func wait(for states: String...) async throws {
                var missing = Set(states)
                while !missing.isEmpty {
                    let message = try await socket.next()
                    missing = missing.filter { !message.hasPrefix($0) }
                }
            }
            try await withThrowingTaskGroup { group in
                group.addTask { try await Daemon(.init(environment: environment)).run() }
                // The watchdog is notified from the start, so either message may be the first.
                try await wait(for: "WATCHDOG=1", "READY=1\nSTATUS=Serving tokens of 0 accounts")
                #expect(try folder.names() == [".local", "notify", "valetkey.sock"])
                kill(getpid(), SIGHUP)
                try await wait(for: "RELOADING=1")
                try await wait(for: "READY=1\nSTATUS=Configuration not loaded")
                kill(getpid(), SIGTERM)
                try await wait(for: "STOPPING=1")
                try await group.waitForAll()
                #expect(try folder.names() == [".local", "notify"])
            }
        }
    }

    @Test func `a socket that can't be opened ends the start with its own exit status`() async {
        await #expect(processExitsWith: .exitCode(78)) {
            let folder = try ScratchFolder()
            let options = Daemon.Options(
                socket: folder.file("no/such/folder"), environment: ["HOME": folder.path])
            do throws(StartFault) {
                try await Daemon(options).run()
            } catch {
                exit(error.exit.rawValue)
            }
        }
    }
}
