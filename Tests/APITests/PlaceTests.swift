import FakeDaemon
import FoundationEssentials
import Glibc
import NIOPosix
import RawClient
import Scratch
import Testing

@testable import APIServer

@Suite(.timeLimit(.minutes(5)))
struct PlaceTests {
    private let folder: ScratchFolder
    private let path: String

    init() throws {
        folder = try ScratchFolder()
        path = folder.file("valetkey.sock")
    }

    private func open(_ path: String) async throws -> SocketServer {
        try await SocketServer.open(
            .path(path), group: MultiThreadedEventLoopGroup.singleton, table: RouteTable([], version: ""))
    }

    // READ-2
    @Test func `only the user can access the socket, and it is removed at the end`() async throws {
        try await withServer(.path(path), FakeDaemon()) { _ in
            let mode = try folder.mode("valetkey.sock")
            #expect(mode == 0o600)
        }
        #expect(try folder.names() == [])
    }

    // READ-2
    @Test func `the socket is created with its mode, which affects no other file of the process`() async throws {
        let umask = try Self.umask()
        await #expect(throws: SocketFault.self) {
            _ = try await SocketPlace.path(path).listen { _ in
                #expect(try folder.mode("valetkey.sock") == 0o600)
                #expect(try Self.umask() == umask)
                throw CancellationError()
            }
        }
        #expect(try folder.names() == [])
    }

    /// Reads the umask from /proc, because umask(2) would change it.
    private static func umask() throws -> Substring? {
        try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            .split(separator: "\n").first { $0.hasPrefix("Umask:") }
    }

    @Test func `the socket of a dead daemon is removed`() async throws {
        close(try folder.listen("valetkey.sock"))
        try await withServer(.path(path), FakeDaemon()) { _ in
            let answer = try await get(path, "/token/ads")
            #expect(answer?.body == "token-of-ads")
        }
    }

    @Test func `the socket of a running daemon is left alone`() async throws {
        try await withServedDaemon { _, path, _ in
            await #expect(throws: SocketFault.inUse(path)) { _ = try await open(path) }
            let answer = try await get(path, "/token/ads")
            #expect(answer?.body == "token-of-ads")
        }
    }

    @Test func `a file that isn't a socket is left alone`() async throws {
        try folder.write("precious".utf8, as: "file")
        try folder.makeFolder("folder")
        close(try folder.listen("elsewhere"))
        try folder.link("link", to: folder.file("elsewhere"))
        let names = try folder.names()
        for name in ["file", "folder", "link"] {
            await #expect(throws: SocketFault.notASocket(folder.file(name))) { _ = try await open(folder.file(name)) }
        }
        #expect(try folder.names() == names)
        #expect(try folder.text("file") == "precious")
    }

    @Test func `a path may have up to 107 bytes`() async throws {
        let longest = folder.file(String(repeating: "x", count: 106 - folder.path.utf8.count))
        #expect(longest.utf8.count == 107)
        try await withServer(.path(longest), FakeDaemon()) { _ in
            let answer = try await get(longest, "/token/ads")
            #expect(answer?.body == "token-of-ads")
        }
        await #expect(throws: SocketFault.tooLong(longest + "x")) { _ = try await open(longest + "x") }
    }

    @Test func `a path in a missing folder is a fault`() async throws {
        let path = folder.file("nowhere/s")
        let fault = await #expect(throws: SocketFault.self) { _ = try await open(path) }
        #expect(fault == .cannotListen(path, "No such file or directory"))
    }

    @Test func `an inherited socket is served, and stays when the daemon ends`() async throws {
        let descriptor = try folder.listen("valetkey.sock")
        let client = try RawClient(.unix(path: path))
        try client.send("GET /token/ads HTTP/1.1\r\nHost: x\r\n\r\n")
        try await withServer(.inherited(descriptor: descriptor), FakeDaemon()) { _ in
            let answer = try await offPool { try client.read() }
            #expect(answer?.body == "token-of-ads")
        }
        #expect(try folder.names() == ["valetkey.sock"])
    }

    @Test func `an inherited descriptor that isn't a socket is a fault`() async throws {
        let descriptor = unsafe Glibc.open("/dev/null", O_RDWR | O_CLOEXEC)
        await #expect(throws: SocketFault.self) {
            _ = try await SocketServer.open(
                .inherited(descriptor: descriptor), group: MultiThreadedEventLoopGroup.singleton,
                table: RouteTable([], version: ""))
        }
    }

    @Test(arguments: [
        SocketFault.inUse("/here"), .notASocket("/here"), .tooLong("/here"), .cannotListen("/here", "why"),
    ])
    func `each fault names the socket and has a hint`(fault: SocketFault) {
        #expect("\(fault)".contains("/here"))
        #expect(!fault.hint.isEmpty)
    }
}
