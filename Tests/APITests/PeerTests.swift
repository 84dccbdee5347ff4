import APIServer
import FakeDaemon
import FoundationEssentials
import Glibc
import Scratch
import Subprocess
import SystemPackage
import Testing

private let tools = ["/usr/bin/setpriv", "/usr/bin/curl"]

// READ-2
@Suite(
    .timeLimit(.minutes(5)), .enabled(if: geteuid() == 0, "only root can ask as another user"),
    .enabled(
        if: tools.allSatisfy(FileManager.default.isExecutableFile), "it takes setpriv and curl to ask as another user"))
struct PeerTests {
    @Test func `another user gets nothing, whatever the socket's mode is`() async throws {
        let folder = try ScratchFolder()
        let daemon = FakeDaemon()
        let socket = folder.file("s")
        try await withServer(.path(socket), daemon) { _ in
            try #require(unsafe chmod(folder.path, 0o711) == 0)
            try #require(unsafe chmod(socket, 0o777) == 0)
            let own = try await Self.readToken(socket, user: geteuid())
            #expect(own == "token-of-ads")
            let foreign = try await Self.readToken(socket, user: 65534)
            #expect(foreign.contains("\"forbidden\""))
            #expect(!foreign.contains("token-of-ads"))
            #expect(await daemon.allCalls().count == 1)
        }
    }

    private static func readToken(_ socket: String, user: uid_t) async throws -> String {
        // The child of a process with threads can't change its user safely, but a program with one thread can.
        let result = try await run(
            .path(FilePath(tools[0])),
            arguments: [
                "--reuid=\(user)", "--clear-groups", tools[1], "-s", "--unix-socket", socket,
                "http://valetkey/token/ads",
            ], output: .string(limit: 1000))
        return result.standardOutput
    }
}
