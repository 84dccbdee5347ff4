import APIServer
import Failures
import FakeDaemon
import HTTPListener
import NIOCore
import NIOPosix
import RawClient
import Scratch
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ClosingTests {
    @Test func `a waiting caller gets its answer before the server closes`() async throws {
        let daemon = FakeDaemon()
        let folder = try ScratchFolder()
        let path = folder.file("s")
        // The idle connection only ends when the server closes, however busy the machine is.
        var limits = SocketServer.limits
        limits.requestTime = .minutes(2)
        try await withServer(.path(path), daemon, limits: limits) { server in
            let (idle, busy) = (try RawClient(.unix(path: path)), try RawClient(.unix(path: path)))
            try busy.send("GET /token/late HTTP/1.1\r\nHost: x\r\n\r\n")
            await daemon.call("token late min_ttl=0 fresh=false wait=30")
            async let closed: Void = server.close(patience: .seconds(30))
            #expect(try await offPool { try idle.isEnded() })
            #expect(throws: RawClient.Failure.self) { _ = try RawClient(.unix(path: path)) }
            daemon.release()
            let answer = try await offPool { try busy.read() }
            #expect(answer?.body == "token-of-late")
            #expect(try await offPool { try busy.isEnded() })
            await closed
        }
    }

    @Test func `a caller that waits longer than the server's patience is cut off`() async throws {
        try await withServedDaemon { daemon, path, server in
            let client = try RawClient(.unix(path: path))
            try client.send("GET /token/late HTTP/1.1\r\nHost: x\r\n\r\n")
            await daemon.call("token late min_ttl=0 fresh=false wait=30")
            await server.close(patience: .milliseconds(20))
            #expect(try await offPool { try client.isEnded() })
            await daemon.call("hung up: late")
        }
    }

    @Test func `closing doesn't wait for work whose caller has gone`() async throws {
        let daemon = FakeDaemon()
        let folder = try ScratchFolder()
        let client = try await withServer(.path(folder.file("s")), daemon) { server in
            let client = try RawClient(.unix(path: folder.file("s")))
            try client.send("GET /accounts/late/consent?wait=3600 HTTP/1.1\r\nHost: x\r\n\r\n")
            await daemon.call("consent late wait=3600")
            await server.close(patience: .milliseconds(20))
            return client
        }
        #expect(try await offPool { try client.isEnded() })
        await daemon.call("waited: late")
    }
}
