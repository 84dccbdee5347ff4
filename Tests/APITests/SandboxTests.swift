import APIContract
import FakeDaemon
import FoundationEssentials
import Glibc
import NIOCore
import NIOPosix
import Scratch
import Subprocess
import SystemPackage
import Testing

@testable import APIServer

private let tools = ["/usr/bin/unshare", "/usr/bin/curl"]

/// Callers of the main socket in another user namespace than the daemon's.
@Suite(
    .timeLimit(.minutes(5)), .enabled(if: CallerNamespace.isTold, "the kernel has no SO_PEERPIDFD"),
    .enabled(if: tools.allSatisfy(FileManager.default.isExecutableFile), "it takes unshare and curl"))
struct SandboxTests {
    @Test(arguments: [false, true])
    func `a caller in a sandbox is refused with a hint, unless the policy serves it`(servesSandboxed: Bool) async throws
    {
        let folder = try ScratchFolder()
        let path = folder.file("s")
        let policy = SandboxPolicy(servesSandboxed: servesSandboxed)
        #expect(policy.state == (servesSandboxed ? .served : .refused))
        let server = try await SocketServer.open(
            .path(path), group: MultiThreadedEventLoopGroup.singleton,
            table: RouteTable(FakeDaemon().routes, version: ""), policy: policy)
        let outside = try await Self.read(path, tools[1])
        #expect(outside == "token-of-ads")
        let inside = try await Self.read(path, tools[0], ["--user", "--map-root-user", tools[1]])
        if servesSandboxed {
            #expect(inside == "token-of-ads")
        } else {
            #expect(inside.contains("another user namespace") && inside.contains("[sockets.NAME]"))
            #expect(inside.contains("\"forbidden\"") && !inside.contains("token-of-ads"))
        }
        // A reload changes the policy for the next connection.
        policy.adopt(servesSandboxed: !servesSandboxed)
        let after = try await Self.read(path, tools[0], ["--user", "--map-root-user", tools[1]])
        #expect((after == "token-of-ads") != servesSandboxed)
        await server.close(patience: .zero)
    }

    @Test func `a caller whose process has ended is refused, because nobody knows who uses its socket`() {
        #expect(CallerNamespace(process: nil) == .ended)
        #expect(SandboxPolicy.refusal(of: .ended)?.detail.contains("has ended") == true)
    }

    private static func read(_ socket: String, _ program: String, _ arguments: [String] = []) async throws -> String {
        try await run(
            .path(FilePath(program)),
            arguments: Arguments(arguments + ["-s", "--unix-socket", socket, "http://valetkey/token/ads"]),
            output: .string(limit: 1000)
        ).standardOutput
    }
}
