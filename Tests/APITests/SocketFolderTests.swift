import FakeDaemon
import Files
import Glibc
import NIOPosix
import Scratch
import Testing

@testable import APIServer

@Suite(.timeLimit(.minutes(5)))
struct SocketFolderTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    private func open(_ path: String) async throws -> SocketServer {
        try await SocketServer.open(
            .path(path), group: MultiThreadedEventLoopGroup.singleton, table: RouteTable([], version: ""))
    }

    @Test(
        arguments: [
            (0o700, 1000, nil), (0o755, 1000, nil), (0o755, 0, nil), (0o1777, 0, nil), (0o1777, 1000, nil),
            (0o777, 1000, .openFolder("/f", "0777")), (0o720, 1000, .openFolder("/f", "0720")),
            (0o702, 0, .openFolder("/f", "0702")), (0o700, 1001, .foreignFolder("/f")),
            (0o1777, 1001, .foreignFolder("/f")),
        ] as [(UInt32, UInt32, SocketFault?)])
    func `a folder where others can replace the socket is a fault`(mode: UInt32, owner: UInt32, fault: SocketFault?) {
        for group in [owner, 7] {
            let permissions = FilePermissions(mode: mode, owner: owner, group: group)
            #expect(SocketPlace.fault("/f", permissions, user: 1000) == fault)
        }
    }

    @Test func `the folder's mode is checked before anything is created in it`() async throws {
        try folder.makeFolder("open", mode: 0o777)
        let path = folder.file("open/s")
        let fault = await #expect(throws: SocketFault.self) { _ = try await open(path) }
        #expect(fault == .openFolder(folder.file("open"), "0777"))
        #expect(fault?.hint.contains("chmod 700 \(folder.file("open"))") == true)
        #expect("\(fault, default: "")".contains("0777"))
        #expect(!Files.POSIXFile.exists(path))
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give a folder away"))
    func `a folder of another user is a fault`() async throws {
        try folder.makeFolder("theirs")
        try #require(unsafe chown(folder.file("theirs"), 65_534, 65_534) == 0)
        let fault = await #expect(throws: SocketFault.self) { _ = try await open(folder.file("theirs/s")) }
        #expect(fault == .foreignFolder(folder.file("theirs")))
        #expect("\(fault, default: "")".contains("another user") && fault?.hint.contains("--socket") == true)
    }

    @Test func `a stop removes only the socket that was bound`() async throws {
        let path = folder.file("s")
        try await withServer(.path(path), FakeDaemon()) { _ in
            try folder.remove("s")
            try folder.write("precious".utf8, as: "s")
        }
        #expect(try folder.text("s") == "precious")
        try folder.remove("s")
        var other: CInt = -1
        try await withServer(.path(path), FakeDaemon()) { _ in
            // A socket of its own, with an inode that can't be the old one's: both exist at once.
            other = try folder.listen("t")
            try #require(unsafe rename(folder.file("t"), path) == 0)
        }
        close(other)
        #expect(try folder.names() == ["s"])
    }
}
