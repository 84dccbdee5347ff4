import APIClient
import APIContract
import APIServer
import Failures
import FakeDaemon
import FoundationEssentials
import NIOCore
import NIOPosix
import RawClient
import Scratch
import Testing

@Suite(.timeLimit(.minutes(5)))
struct TokenReadingTests {
    @Test func `the token is the whole body`() async throws {
        try await withServedDaemon { daemon, path, _ in
            for token in ["t", "abc.DEF-123_~+/==", String(repeating: "x", count: 100_000)] {
                daemon.hand(out: token, of: "ads")
                let answer = try #require(try await get(path, "/token/ads"))
                #expect(answer.status == 200)
                #expect(answer.body == token)
                #expect(answer["content-length"] == "\(token.utf8.count)")
                #expect(answer["content-type"] == "text/plain; charset=utf-8")
                #expect(answer["cache-control"] == "no-store")
            }
        }
    }

    @Test(arguments: ["application/json", "text/html, application/json;q=0.9"])
    func `a reader that accepts JSON gets an object`(accept: String) async throws {
        try await withServedDaemon { _, path, _ in
            let answer = try #require(try await get(path, "/token/ads", accept: accept))
            #expect(answer["content-type"] == "application/json")
            #expect(answer["cache-control"] == "no-store")
            var token = try ContractJSON.decode(TokenAnswer.self, from: Data(answer.body.utf8))
            #expect(token.expiresAt.map { abs($0.timeIntervalSinceNow - 3599) < 30 } == true)
            #expect(token.expiresOn == token.expiresAt.map { Int($0.timeIntervalSince1970) })
            (token.expiresAt, token.expiresOn) = (.example, 1_800_000_000)
            #expect(token == .example("ads", "token-of-ads"))
            #expect(answer.body.contains("\n  \"access_token\" : \"token-of-ads\",\n"))
        }
    }

    @Test func `a refused token is reported, and the answer is a newer one`() async throws {
        try await withServedDaemon { daemon, path, _ in
            for body in ["old", "old\n"] {
                let request =
                    "POST /token/ads/refused?wait=7 HTTP/1.1\r\nHost: x\r\nContent-Length: \(body.utf8.count)\r\n\r\n"
                let answer = try #require(
                    try await offPool { try RawClient(.unix(path: path)).ask(request + body) })
                #expect(answer.status == 200 && answer.body == "token-of-ads")
            }
            let empty = try #require(
                try await offPool {
                    try RawClient(.unix(path: path)).ask("POST /token/ads/refused HTTP/1.1\r\nHost: x\r\n\r\n")
                })
            #expect(empty.status == 400 && empty.problem?.code == .malformedRequest)
            let call = "refused old, token ads min_ttl=0 fresh=false wait=7"
            #expect(await daemon.allCalls() == [call, call])
        }
    }

    @Test func `a proxy gets the token as a header, without a body`() async throws {
        try await withServedDaemon { daemon, path, _ in
            daemon.hand(out: "bound", of: "mail", type: "DPoP")
            for (account, value) in [("ads", "Bearer token-of-ads"), ("mail", "DPoP bound")] {
                let answer = try #require(try await get(path, "/authorization/\(account)"))
                #expect(answer.status == 200 && answer["authorization"] == value && answer.body.isEmpty)
                #expect(answer["content-length"] == "0" && answer["cache-control"] == "no-store")
            }
            let none = try #require(try await get(path, "/authorization/unconsented"))
            #expect(none.problem?.code == .consentRequired && none["authorization"] == nil)
        }
    }

    @Test(arguments: ["*/*", "text/plain", "application/xml"])
    func `a reader that accepts anything else gets text`(accept: String) async throws {
        try await withServedDaemon { _, path, _ in
            let answer = try await get(path, "/token/ads", accept: accept)
            #expect(answer?.body == "token-of-ads")
        }
    }

    @Test func `HEAD returns the token's headers without the token`() async throws {
        try await withServedDaemon { _, path, _ in
            try await offPool {
                let client = try RawClient(.unix(path: path))
                let answer = try client.ask("HEAD /token/ads HTTP/1.1\r\nHost: x\r\n\r\n", hasBody: false)
                #expect(answer?.status == 200)
                #expect(answer?["content-length"] == "12")
                #expect(try client.ask("GET /token/ads HTTP/1.1\r\nHost: x\r\n\r\n")?.body == "token-of-ads")
            }
        }
    }

    @Test(arguments: Problem.troubles.sorted { $0.key < $1.key })
    func `a failure is returned as a problem`(account: String, problem: Problem) async throws {
        try await withServedDaemon { _, path, _ in
            for accept in ["*/*", "application/json"] {
                let answer = try #require(try await get(path, "/token/\(account)", accept: accept))
                #expect(answer.status == problem.status)
                #expect(answer.problem == problem)
                #expect(answer["retry-after"] == problem.retryAfter.map { "\($0)" })
                #expect(answer["cache-control"] == "no-store")
            }
        }
    }

    @Test func `an unknown account is reported with similar names`() async throws {
        try await withServedDaemon { _, path, _ in
            for target in ["/token/adds", "/accounts/adds", "/accounts/adds/consent"] {
                let answer = try #require(try await get(path, target))
                #expect(answer.status == 404)
                #expect(answer.problem?.code == .noSuchAccount)
                #expect(answer.problem?.near == ["ads", "late"])
            }
        }
    }

    @Test func `a waiting reader gets its token once there is one`() async throws {
        try await withServedDaemon { daemon, path, _ in
            let client = try RawClient(.unix(path: path))
            try client.send("GET /token/late HTTP/1.1\r\nHost: x\r\n\r\n")
            await daemon.call("token late min_ttl=0 fresh=false wait=30")
            #expect(try await get(path, "/token/ads")?.body == "token-of-ads")
            daemon.release()
            #expect(try client.read()?.body == "token-of-late")
        }
    }

    @Test func `the daemon is notified of a reader that hangs up`() async throws {
        let folder = try ScratchFolder()
        let daemon = FakeDaemon()
        // Its one thread sees what happens on its connections in turn: by the second answer it has seen the end.
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        try await withServer(.path(folder.file("s")), daemon, group: group) { _ in
            let client = try RawClient(.unix(path: folder.file("s")))
            try client.send("GET /token/late HTTP/1.1\r\nHost: x\r\n\r\n")
            await daemon.call("token late min_ttl=0 fresh=false wait=30")
            client.hangUp()
            for _ in 0..<2 { #expect(try await get(folder.file("s"), "/token/ads")?.body == "token-of-ads") }
            #expect(await daemon.allCalls().contains("hung up: late"))
            daemon.release()
            #expect(try await get(folder.file("s"), "/token/ads")?.body == "token-of-ads")
        }
        try await group.shutdownGracefully()
    }

    @Test func `a hundred readers at once are served`() async throws {
        try await withServedDaemon { _, path, _ in
            try await offPool {
                let clients = try (0..<100).map { _ in try RawClient(.unix(path: path)) }
                for client in clients { try client.send("GET /token/ads HTTP/1.1\r\nHost: x\r\n\r\n") }
                for client in clients { #expect(try client.read()?.body == "token-of-ads") }
            }
        }
    }
}
