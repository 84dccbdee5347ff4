import APIClient
import Glibc
import Scratch
import Testing

/// A socket at the daemon's path that somebody else listens on.
@Suite(.timeLimit(.minutes(5)), .enabled(if: geteuid() == 0, "only root can listen as another user"))
struct ForeignDaemonTests {
    /// Runs in a process of its own, because the user is that of the whole process.
    @Test func `nothing is said to another user's process, and root's is trusted`() async {
        await #expect(processExitsWith: .success) {
            let folder = try ScratchFolder()
            try #require(unsafe chmod(folder.path, 0o777) == 0)
            try #require(seteuid(23_002) == 0)
            let theirs = try folder.listen("theirs")
            try #require(unsafe chmod(folder.file("theirs"), 0o777) == 0)
            try #require(seteuid(0) == 0)
            let roots = try folder.listen("roots")
            try #require(unsafe chmod(folder.file("roots"), 0o777) == 0)
            for user in [0, 23_001, 23_002] as [uid_t] {
                try #require(seteuid(user) == 0)
                // Root's socket accepts the connection, and its silence is waited for; so does a user's own.
                for (name, isTrusted) in [("theirs", user == 23_002), ("roots", true)] {
                    do throws(ClientFailure) {
                        _ = try SocketClient(path: folder.file(name)).send("GET", "/health", patience: 1)
                        Issue.record("there is an answer")
                    } catch {
                        switch error {
                        case .timedOut: #expect(isTrusted)
                        case .foreignDaemon(let path, let owner):
                            #expect(!isTrusted && path == folder.file(name) && owner == 23_002)
                        default: throw error
                        }
                    }
                }
                try #require(seteuid(0) == 0)
            }
            close(theirs)
            close(roots)
        }
    }
}
