import APIContract
import Failures
import FakeDaemon
import RawClient
import Scratch
import Testing

/// Requests from a web page, which are possible where a user forwards the socket to TCP.
@Suite(.timeLimit(.minutes(5)))
struct BrowserTests {
    @Test(
        arguments: [
            "Origin: https://evil.example", "origin: null", "ORIGIN:", "Sec-Fetch-Site: cross-site",
            "sec-fetch-site: none", "Sec-Fetch-Site: same-origin",
        ],
        ["GET /token/ads", "GET /token/ads?wait=0", "HEAD /token/ads", "POST /reload", "GET /nothing", "PUT /health"])
    func `a request from a web page is refused`(header: String, line: String) async throws {
        try await withServedDaemon { daemon, path, _ in
            for headers in ["Accept: */*\r\n\(header)", "\(header)\r\nHost: x"] {
                let request = "\(line) HTTP/1.1\r\n\(headers)\r\nContent-Length: 0\r\n\r\n"
                let answer = try #require(try await ask(path, request, hasBody: !line.hasPrefix("HEAD")))
                #expect(answer.status == 403)
                if line.hasPrefix("HEAD") { continue }
                #expect(answer.problem?.code == .forbidden)
                #expect(answer.problem?.detail == "requests of web pages are refused")
            }
            #expect(await daemon.allCalls() == [])
        }
    }

    @Test(arguments: [
        "X-Origin: x", "Original: x", "Sec-Fetch-Mode: cors", "Sec-Fetch-Sites: x", "Origin-: x", "Orphan: x",
        "Sec-Fetch-Dest: x", "Sec-Fetch-User: ?1", "Accept: origin",
    ])
    func `headers with similar names don't mark a request from a web page`(header: String) async throws {
        try await withServedDaemon { _, path, _ in
            let answer = try await ask(path, "GET /token/ads HTTP/1.1\r\nHost: x\r\n\(header)\r\n\r\n")
            #expect(answer?.body == "token-of-ads")
        }
    }

    @Test func `the connection of a refused request stays open`() async throws {
        try await withServedDaemon { _, path, _ in
            try await offPool {
                let client = try RawClient(.unix(path: path))
                let refused = try client.ask("GET /token/ads HTTP/1.1\r\nOrigin: x\r\n\r\n")
                #expect(refused?.status == 403)
                #expect(try client.ask("GET /token/ads HTTP/1.1\r\n\r\n")?.body == "token-of-ads")
            }
        }
    }
}
