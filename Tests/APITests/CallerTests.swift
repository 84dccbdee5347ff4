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

/// Who asks, as handlers are told.
@Suite(.timeLimit(.minutes(1)))
struct CallerTests {
    @Test func `a handler is told who asks, and by which socket`() async throws {
        try await withServedDaemon { daemon, path, _ in
            #expect(try await APITests.get(path, "/token/ads")?.status == 200)
            let caller = try #require(daemon.callers.first)
            #expect(caller.socket == "main")
            #expect(caller.user == geteuid())
            #expect(caller.group == getegid())
            #expect(caller.process == getpid())
        }
    }

    @Test(.enabled(if: Kernel.isAtLeast(6, 5), "the kernel has no SO_PEERPIDFD"))
    func `a handler has a descriptor of the process that asks`() async throws {
        try await withServedDaemon { daemon, path, _ in
            #expect(try await APITests.get(path, "/token/ads")?.status == 200)
            let descriptor = try #require(daemon.callers.first?.processDescriptor)
            let facts = try String(contentsOfFile: "/proc/self/fdinfo/\(descriptor)", encoding: .utf8)
            #expect(facts.split(separator: "\n").contains("Pid:\t\(getpid())"))
            #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
        }
    }

    @Test func `a caller is read once a connection, and gone with it`() async throws {
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
        // The loops have closed all connections, and let go of them in a turn of theirs.
        for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() {
            for _ in 0..<2 { try await loop.submit {}.get() }
        }
        #expect(kept == nil)
    }

    @Test func `who keeps a caller keeps its descriptor open, and nobody else`() throws {
        var ends: [CInt] = [-1, -1]
        try #require(
            unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &ends) == 0)
        defer { close(ends[1]) }
        var byte: UInt8 = 0
        let caller = Caller(socket: "main", user: 0, group: 0, process: 1, processDescriptor: ends[0])
        withExtendedLifetime(caller) {
            #expect(unsafe recv(ends[1], &byte, 1, CInt(MSG_DONTWAIT)) == -1)
        }
        _ = consume caller
        #expect(unsafe recv(ends[1], &byte, 1, CInt(MSG_DONTWAIT)) == 0)
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

    @Test func `a route that isn't for the caller is forbidden, those beside it are served`() async throws {
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
    func `another user learns nothing`(line: String) async throws {
        let daemon = FakeDaemon()
        for user in [geteuid() + 1, geteuid() + 65534] {
            let caller = Caller(socket: "main", user: user, group: getegid(), process: getpid())
            let answer = try InMemory(daemon.routes, caller: caller).ask(
                line == "no request" ? "\(line)\r\n\r\n" : "\(line) HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 403 Forbidden\r\n"))
            #expect(answer.contains("this daemon answers the user alone to whom it belongs") != line.hasPrefix("HEAD"))
        }
        #expect(await daemon.allCalls() == [])
    }
}

private enum Kernel {
    static func isAtLeast(_ major: Int, _ minor: Int) -> Bool {
        let release = (try? String(contentsOfFile: "/proc/sys/kernel/osrelease", encoding: .utf8)) ?? ""
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        return (numbers.first ?? 0, numbers.dropFirst().first ?? 0) >= (major, minor)
    }
}
