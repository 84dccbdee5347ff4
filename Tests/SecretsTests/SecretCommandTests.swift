import Accounts
import Glibc
import Scratch
import Secrets
import Testing
import Text

struct SecretCommandTests {
    private let path = ["PATH": "/usr/local/bin:/usr/bin:/bin"]

    private func fault(_ command: [String], clock: any Clock<Duration> = ContinuousClock()) async -> SecretFault? {
        do throws(SecretFault) {
            _ = try await SecretReader(environment: path, clock: clock).read(.command(command))
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: ["hunter2", "hunter2\\n", "hunter2\\r\\n", "hunter2\\nurl: https://example.org\\n"])
    func `the first line that a command prints is the secret`(_ output: String) async throws {
        let reader = SecretReader(environment: path, clock: ContinuousClock())
        #expect(try await reader.read(.command(["printf", output])).expose() == "hunter2")
    }

    @Test func `no shell interprets the arguments`() async throws {
        let reader = SecretReader(environment: path, clock: ContinuousClock())
        #expect(try await reader.read(.command(["echo", "$HOME; `id` *"])).expose() == "$HOME; `id` *")
    }

    @Test func `a program is found by its path, including a tilde`() async throws {
        let folder = try ScratchFolder()
        let program = try folder.place("#!/bin/sh\necho hunter2\n", as: "secret", mode: 0o700)
        let reader = SecretReader(environment: path.merging(["HOME": folder.path]) { $1 }, clock: ContinuousClock())
        #expect(try await reader.read(.command([program])).expose() == "hunter2")
        #expect(try await reader.read(.command(["~/secret"])).expose() == "hunter2")
    }

    @Test func `a command gets the environment without the variables of systemd`() async throws {
        let environment = path.merging(["NOTIFY_SOCKET": "/run/n", "LISTEN_FDS": "1", "GNUPGHOME": "/g"]) { $1 }
        let reader = SecretReader(environment: environment, clock: ContinuousClock())
        let script = #"echo "$GNUPGHOME:$NOTIFY_SOCKET:$LISTEN_FDS""#
        #expect(try await reader.read(.command(["sh", "-c", script])).expose() == "/g::")
    }

    @Test func `the error output of a failing command is reported, without the secret and in up to 200 characters`()
        async throws
    {
        let script = """
            echo hunter2
            printf 'Error:\\t\\033[31mhunter2 is\\n  not in the store\\n' >&2
            head -c 5000 /dev/zero | tr '\\0' x >&2
            exit 3
            """
        let fault = try #require(await self.fault(["sh", "-c", script, "argument"]))
        guard case .programFailed("sh", 3, let says?) = fault else {
            Issue.record("\(fault)")
            return
        }
        #expect(says.hasPrefix("Error: [31m<secret> is not in the store xxx"))
        #expect(says.unicodeScalars.count == 200)
        #expect(!"\(fault)".contains("hunter2") && !"\(fault)".contains("argument"))
        #expect("\(fault)".hasPrefix("the command sh ended with exit code 3: Error:"))
        #expect(fault.hint == "run it by hand to see why; if a password store is locked, unlock it")
    }

    @Test(arguments: [
        (["false"], SecretFault.programFailed(program: "false", code: 1, says: nil)),
        (["true"], .empty(.command("true"))), (["echo"], .empty(.command("echo"))),
        (["printf", "\\377"], .notOneLine(.command("printf"))),
        (["sh", "-c", "kill -9 $$"], .programKilled(program: "sh", signal: 9)),
        (["valetkey-no-such-program"], .programNotFound(program: "valetkey-no-such-program")),
        (["/valetkey/no/such/program"], .programNotFound(program: "/valetkey/no/such/program")),
        (["/etc/passwd"], .programNotFound(program: "/etc/passwd")),
        (["head", "-c", "70000", "/dev/zero"], .programTooTalkative(program: "head")),
    ])
    func `a command without a secret is reported with the reason`(_ command: [String], _ expected: SecretFault) async {
        #expect(await self.fault(command) == expected)
    }

    @Test(.timeLimit(.minutes(5)), arguments: [["sleep", "5"], ["sh", "-c", "trap '' TERM; sleep 5; sleep 5"]])
    func `a command that takes too long is ended, with the programs it has started`(_ command: [String]) async {
        let fault = await self.fault(command, clock: ImpatientClock())
        #expect(fault == .programTooSlow(program: command[0], limit: .seconds(30)))
        #expect(fault.map { "\($0)" } == "the command \(command[0]) took longer than 30s")
    }

    @Test(.timeLimit(.minutes(5)))
    func `cancelling the task ends the command`() async {
        let fault = await withTaskGroup(of: SecretFault?.self) { group in
            group.addTask { await self.fault(["sleep", "5"]) }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(fault == .cancelled)
    }
}

/// A clock on which every sleep ends at once.
struct ImpatientClock: Clock {
    var now: ContinuousClock.Instant { ContinuousClock().now }
    var minimumResolution: Duration { .zero }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {}
}
