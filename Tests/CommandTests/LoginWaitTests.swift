import FakeDaemon
import FoundationEssentials
import Scratch
import Subprocess
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LoginWaitTests {
    /// Runs `valetkey login late`, whose consent doesn't end, with an action to perform while it waits.
    private func login(
        at path: String,
        _ meanwhile: (borrowing Execution<NoInput, DiscardedOutput, StringOutput<UTF8>>) async throws -> Void
    ) async throws -> (code: TerminationStatus, errors: String) {
        let result = try await run(
            .path(FilePath(BuiltProgram.path("valetkey"))),
            arguments: ["login", "late", "--no-browser", "--socket", path], environment: .custom([:]), input: .none,
            output: .discarded, error: .string(limit: 1 << 16)
        ) { execution in
            try await meanwhile(execution)
        }
        return (result.terminationStatus, result.standardError)
    }

    @Test func `the daemon is asked once, for as long as the user may take`() async throws {
        try await withServedDaemon { daemon, path, _ in
            let end = try await login(at: path) { execution in
                await daemon.call("consent late wait=300")
                try execution.send(signal: .interrupt)
            }
            #expect(end.code == .exited(130))
            #expect(await daemon.allCalls() == ["leave consent late"])
        }
    }

    @Test func `Ctrl-C cancels the consent at once`() async throws {
        try await withServedDaemon { daemon, path, _ in
            let end = try await login(at: path) { execution in
                await daemon.call("consent late wait=300")
                try execution.send(signal: .interrupt)
                await daemon.call("leave consent late")
            }
            #expect(end.code == .exited(130))
            #expect(end.errors.hasSuffix("\nStopped: the consent is cancelled.\n"))
        }
    }

    // P4
    @Test(arguments: [(Signal.terminate, 143), (.terminalClosed, 129)] as [(Signal, Int32)])
    func `SIGTERM and a closed terminal cancel the consent as well`(_ signal: Signal, _ code: Int32) async throws {
        try await withServedDaemon { daemon, path, _ in
            let end = try await login(at: path) { execution in
                await daemon.call("consent late wait=300")
                try execution.send(signal: signal)
                await daemon.call("leave consent late")
            }
            #expect(end.code == .exited(code))
        }
    }

    @Test func `Ctrl-C after the user has consented waits for the token, and a second one doesn't`() async throws {
        try await withServedDaemon { daemon, path, _ in
            daemon.refuseCancels()
            let end = try await login(at: path) { execution in
                await daemon.call("consent late wait=300")
                try execution.send(signal: .interrupt)
                await daemon.call("leave consent late")
                await daemon.call("consent late wait=300")
                try execution.send(signal: .interrupt)
            }
            #expect(end.code == .exited(130))
            #expect(end.errors.contains("\nToo late to cancel: you have consented, and the token is being fetched.\n"))
            #expect(
                end.errors.hasSuffix(
                    "\nvaletkey: stopped, but the token is still being fetched, and late may be logged in then\n"
                        + "hint: to undo that, run: valetkey logout late\n"))
        }
    }
}
