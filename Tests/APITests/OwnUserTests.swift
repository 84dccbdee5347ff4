import APIServer
import FakeDaemon
import Glibc
import RawClient
import Scratch
import Testing

// READ-2
@Suite(.timeLimit(.minutes(5)), .enabled(if: geteuid() == 0, "only root can serve as another user"))
struct OwnUserTests {
    /// Runs in a process of its own, which gives up its privileges.
    @Test func `root gets nothing from another user's daemon`() async {
        await #expect(processExitsWith: .success) {
            let request = "GET /token/ads HTTP/1.1\r\nHost: x\r\n\r\n"
            let folder = try ScratchFolder()
            let descriptor = try folder.listen("s")
            try #require(unsafe chmod(folder.path, 0o711) == 0 && chmod(folder.file("s"), 0o777) == 0)
            // The kernel records who has connected, not who sends later.
            let root = try RawClient(.unix(path: folder.file("s")))
            try #require(seteuid(65534) == 0)
            let daemon = FakeDaemon()
            try await withServer(.inherited(descriptor: descriptor), daemon) { _ in
                let own = try RawClient(.unix(path: folder.file("s")))
                let (foreign, served) = try await offPool { (try root.ask(request), try own.ask(request)) }
                #expect(foreign?.status == 403)
                #expect(foreign?.body.contains("token-of-ads") == false)
                #expect(served?.body == "token-of-ads")
            }
            #expect(await daemon.allCalls().count == 1)
            try #require(seteuid(0) == 0)
        }
    }
}
