import APIContract
import Failures
import FakeDaemon
import FoundationEssentials
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import RawClient
import Scratch
import Synchronization
import Testing

@testable import APIServer

private let get = "GET /token/ads HTTP/1.1\r\nHost: x\r\n\r\n"

/// The caller of a request, as handlers see it.
@Suite(.timeLimit(.minutes(5)))
struct CallerTests {
    @Test func `a handler gets the caller and the name of the socket`() async throws {
        try await withServedDaemon { daemon, path, _ in
            #expect(try await APITests.get(path, "/token/ads")?.status == 200)
            let caller = try #require(daemon.callers.first)
            #expect(caller.socket == "main")
            #expect(caller.user == geteuid())
            #expect(caller.group == getegid())
            #expect(caller.process == getpid())
        }
    }

    @Test(.enabled(if: CallerNamespace.isTold, "the kernel has no SO_PEERPIDFD"))
    func `to tell where callers run takes no descriptor for as long as they are connected`() async throws {
        let folder = try ScratchFolder()
        let path = folder.file("s")
        let server = try await SocketServer.open(
            .path(path), group: MultiThreadedEventLoopGroup.singleton,
            table: RouteTable(FakeDaemon().routes, version: ""), policy: SandboxPolicy())
        let clients = try (0..<100).map { _ in try RawClient(.unix(path: path)) }
        try await offPool { for client in clients { _ = try client.ask(get) } }
        // Other tests may have some, for a moment.
        let descriptors = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        let ofOwnProcess = descriptors.filter {
            (try? String(contentsOfFile: "/proc/self/fdinfo/\($0)", encoding: .utf8))?.contains("Pid:\t\(getpid())\n")
                == true
        }
        #expect(ofOwnProcess.count < 50)
        await server.close(patience: .zero)
    }

    @Test func `a caller is created once for each connection, and released with it`() async throws {
        let daemon = FakeDaemon()
        weak var kept: Caller?
        try await withServedDaemon(daemon) { daemon, path, _ in
            let client = try RawClient(.unix(path: path))
            try await offPool { for _ in 0..<2 { _ = try client.ask(get) } }
            _ = try await APITests.get(path, "/token/ads")
            let callers = daemon.callers
            #expect(callers.count == 3)
            #expect(callers.first === callers.dropFirst().first)
            #expect(callers.first !== callers.last)
            kept = callers.first
            #expect(kept != nil)
        }
        daemon.forgetCallers()
        // The event loops have closed all connections, and release them in a later turn.
        for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() {
            for _ in 0..<2 { try await loop.submit {}.get() }
        }
        #expect(kept == nil)
    }

    @Test(arguments: [0, 1, 1000, 65534, uid_t.max])
    func `a rule for a user admits that user and no other, not even root`(user: uid_t) {
        let caller = Caller(socket: "main", user: user, group: 0, process: 1)
        #expect(CallerRule.user(user).admits(caller))
        for other in [0, 1, 1000, 65534, uid_t.max] where other != user {
            #expect(!CallerRule.user(other).admits(caller))
        }
        #expect(CallerRule.ownUser.admits(caller) == (user == geteuid()))
    }

    @Test func `a route that doesn't admit the caller is forbidden, and other routes are served`() async throws {
        let other = CallerRule("somebody else") { $0.user != geteuid() }
        let called = Atomic(0)
        let routes =
            FakeDaemon().routes + [
                Route(.GET, "/other/{account}", "", callers: other, contents: [.plainText]) { _, reply in
                    called.add(1, ordering: .relaxed)
                    reply.answer(.plainText(""))
                }
            ]
        let folder = try ScratchFolder()
        try await withServer(.path(folder.file("s")), routes: routes) { _ in
            let answer = try await APITests.get(folder.file("s"), "/other/ads")
            #expect(answer?.status == 403)
            #expect(answer?.problem?.code == .forbidden)
            #expect(answer?.problem?.detail == "GET /other/{account} is for somebody else only")
            #expect(try await APITests.get(folder.file("s"), "/token/ads")?.status == 200)
        }
        let count = called.load(ordering: .relaxed)
        #expect(count == 0)
    }

    @Test(arguments: [
        "GET /token/ads", "HEAD /token/ads", "GET /token/a%62", "GET /nothing", "DELETE /health", "PUT /accounts?x",
        "GET /openapi.json", "no request",
    ])
    func `another user gets the same refusal for every request`(line: String) async throws {
        let daemon = FakeDaemon()
        for user in [geteuid() + 1, geteuid() + 65534] {
            let caller = Caller(socket: "main", user: user, group: getegid(), process: getpid())
            let answer = try InMemory(daemon.routes, caller: caller).ask(
                line == "no request" ? "\(line)\r\n\r\n" : "\(line) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
            #expect(answer.contains("this daemon only answers the user that it belongs to") != line.hasPrefix("HEAD"))
        }
        #expect(await daemon.allCalls() == [])
    }
}
