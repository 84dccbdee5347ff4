import APIContract
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
struct LimitTests {
    @Test(arguments: [
        "hello\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}", "GET /token/ads\r\n\r\n", "GET /token/ads HTTP/2.0\r\n\r\n",
        "GET /token/ads HTTP/1.1\r\nHost : x\r\n\r\n", "GET  HTTP/1.1\r\n\r\n",
        "POST /reload HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST /reload HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "POST /reload HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ])
    func `invalid bytes are refused, and the next reader is served`(bytes: String) async throws {
        try await withServedDaemon { daemon, path, _ in
            let answer = try await ask(path, bytes)
            #expect(answer?.status == 400)
            #expect(answer?.problem?.code == .malformedRequest)
            #expect(answer?["connection"] == "close")
            #expect(try await get(path, "/health")?.status == 200)
            #expect(await daemon.allCalls() == ["health"])
        }
    }

    @Test func `a body that is too large is refused, with or without a Content-Length`() async throws {
        try await withServedDaemon { daemon, path, _ in
            let line = "POST /accounts/ads/consent/redirect HTTP/1.1\r\nHost: x\r\n"
            let chunk = "8000\r\n\(String(repeating: "x", count: 32768))\r\n"
            for rest in ["Content-Length: 65537\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n\(chunk)\(chunk)\(chunk)"]
            {
                let answer = try await ask(path, line + rest)
                #expect(answer?.status == 413)
                #expect(answer?.problem?.code == .tooLarge)
            }
            #expect(await daemon.allCalls() == [])
        }
    }

    @Test func `a body of exactly the largest size is accepted`() async throws {
        try await withServedDaemon { daemon, path, _ in
            let code = String(repeating: "x", count: 65536 - #"{"redirect":""}"#.utf8.count)
            let head = "POST /accounts/ads/consent/redirect HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n"
            let answer = try await ask(path, head + "{\"redirect\":\"\(code)\"}")
            #expect(answer?.status == 200)
            #expect(await daemon.allCalls() == ["take redirect ads \(code)"])
        }
    }

    @Test func `a head that is too large is refused`() async throws {
        try await withServedDaemon { daemon, path, _ in
            let padding = String(repeating: "x", count: 20_000)
            for request in [
                "GET /token/\(padding) HTTP/1.1\r\n\r\n", "GET /token/ads HTTP/1.1\r\nX: \(padding)\r\n\r\n",
            ] {
                let answer = try await ask(path, request)
                #expect(answer?.status == 431 || answer?.status == 400)
                #expect(answer?.problem != nil)
            }
            #expect(await daemon.allCalls() == [])
        }
    }

    @Test(arguments: ["", "GET /token/ads HTTP/1.1\r\n", "POST /reload HTTP/1.1\r\nContent-Length: 9\r\n\r\nslow"])
    func `a slow sender is cut off`(start: String) async throws {
        let folder = try ScratchFolder()
        let daemon = FakeDaemon()
        let limits = HTTPListenerLimits(
            headBytes: 1000, bodyBytes: 1000, requestTime: .milliseconds(200), idleTime: .seconds(30))
        try await withServer(.path(folder.file("s")), daemon, limits: limits) { _ in
            try await offPool {
                let client = try RawClient(.unix(path: folder.file("s")))
                try client.send(start)
                if let answer = try client.read() {
                    #expect(answer.status == 408)
                    #expect(answer.problem?.detail == "the request took too long to arrive")
                }
                #expect(try client.isEnded())
            }
            #expect(await daemon.allCalls() == [])
        }
    }
}
