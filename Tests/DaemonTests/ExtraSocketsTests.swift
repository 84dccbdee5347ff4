import APIServer
import Configuration
import Glibc
import NIOCore
import NIOPosix
import RawClient
import Scratch
import Testing

@testable import Daemon

@Suite(.timeLimit(.minutes(5)))
struct ExtraSocketsTests {
    private let folder: ScratchFolder

    init() throws {
        folder = try ScratchFolder()
    }

    private var places: ExtraPlaces {
        ExtraPlaces(inherited: InheritedSockets(count: 0, names: nil), folder: folder.path, environment: [:])
    }

    /// Runs a test with a main socket beside which the extra ones are.
    private func withSockets(
        _ log: RecordedLog = RecordedLog(), _ test: (ExtraSockets, SocketServer) async throws -> Void
    ) async throws {
        let server = try await SocketServer.open(
            .path(folder.file("main")), group: MultiThreadedEventLoopGroup.singleton, table: RouteTable([], version: "")
        )
        let sockets = ExtraSockets(places: places, log: log.logger)
        do {
            try await test(sockets, server)
        } catch {
            await server.close(patience: .zero)
            throw error
        }
        await sockets.close()
        await server.close(patience: .zero)
        #expect(try folder.names() == [])
    }

    private func status(_ name: String) throws -> Int? {
        try RawClient(.unix(path: folder.file("valetkey-\(name).sock")))
            .ask("GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")?.status
    }

    @Test func `sockets open with the main one, and follow the configuration`() async throws {
        try await withSockets { sockets, server in
            let (one, two) = (
                SocketSettings(name: "a", accounts: ["ads"]), SocketSettings(name: "b", accounts: ["ads"])
            )
            #expect(await sockets.adopt(["a": one]) == ["a"])
            #expect(try folder.names() == ["main"])
            try await sockets.start(server)
            #expect(try status("a") == 404)
            #expect(try folder.mode("valetkey-a.sock") == 0o600)
            #expect(await sockets.adopt(["a": one, "b": two]) == ["b"])
            #expect(try status("b") == 404)
            var changed = one
            changed.mode = 0o666
            #expect(await sockets.adopt(["a": changed]) == ["a", "b"])
            #expect(try folder.names() == ["main", "valetkey-a.sock"])
            #expect(try folder.mode("valetkey-a.sock") == 0o666)
            #expect(await sockets.adopt(["a": changed]) == [])
            #expect(try status("a") == 404)
        }
    }

    @Test func `a socket that can't be opened is a fault at the start, and logged at a reload`() async throws {
        let log = RecordedLog()
        try folder.write([], as: "file")
        try await withSockets(log) { sockets, server in
            var broken = SocketSettings(name: "a", accounts: ["ads"])
            broken.path = folder.file("file")
            _ = await sockets.adopt(["a": broken])
            await #expect(throws: SocketFault.notASocket(folder.file("file"))) { try await sockets.start(server) }
            let good = SocketSettings(name: "b", accounts: ["ads"])
            broken.path = folder.file("nowhere/s")
            #expect(await sockets.adopt(["a": broken, "b": good]) == ["a", "b"])
            #expect(
                log.lines.contains {
                    $0.message == "a socket is not open" && $0.fields["detail"]?.contains("No such file") == true
                })
            #expect(try status("b") == 404)
            try folder.remove("file")
        }
    }

    @Test func `a socket of the service manager takes precedence over a path, and a path may name folders`() throws {
        var settings = SocketSettings(name: "ci", accounts: [])
        var places = ExtraPlaces(
            inherited: InheritedSockets(count: 2, names: "valetkey:valetkey-ci"), folder: "/r",
            environment: ["HOME": "/h", "XDG_RUNTIME_DIR": "/x"])
        settings.path = "/there"
        #expect(try places.place(of: settings) == .inherited(descriptor: 4))
        places.inherited = InheritedSockets(count: 1, names: nil)
        for (path, expected) in [
            (nil, "/r/valetkey-ci.sock"), ("/there", "/there"), ("~/s", "/h/s"), ("%t/a/s", "/x/a/s"),
        ] {
            settings.path = path
            #expect(try places.place(of: settings) == .path(expected))
        }
        (places.folder, places.environment) = (nil, ["HOME": "relative"])
        for path in [nil, "~/s", "%t/s"] {
            settings.path = path
            #expect(throws: SocketFault.noPlace("ci")) { try places.place(of: settings) }
        }
    }
}
