import FoundationEssentials
import HTTPTransport
import ScriptedServer
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ContentCodingTests {
    private static let text = #"{"access_token":"a","refresh_token":"r2"}"#
    private static let gzip = "H4sIAAAAAAACA6tWSkxOTi0uji/Jz07NU7JSSlTSUSpKTStKLc6AixUZKdUCAP21RiwpAAAA"
    private static let zlib = "eJyrVkpMTk4tLo4vyc9OzVOyUkpU0lEqSk0rSi3OgIsVGSnVAgAwFQ4P"
    private static let deflate = "q1ZKTE5OLS6OL8nPTs1TslJKVNJRKkpNK0otzoCLFRkp1QIA"
    private static let twice =
        "H4sIAAAAAAACA5Pv5mAAASbm1WFePn5+unp9+ifP+50N3hTkFXIpUMvLV9tL91xDt6ik5lUmhr9b3XQ0gaoBzfg8uzYAAAA="
    private static let zstd = "KLUv/SQpSQEAeyJhY2Nlc3NfdG9rZW4iOiJhIiwicmVmcmVzaF90b2tlbiI6InIyIn3l7PQ8"
    private static let brotli = "CxSAeyJhY2Nlc3NfdG9rZW4iOiJhIiwicmVmcmVzaF90b2tlbiI6InIyIn0D"
    private static let brotliOfSmallWindow = "gAIQeyJhY2Nlc3NfdG9rZW4iOiJhIiwicmVmcmVzaF90b2tlbiI6InIyIn0D"
    private static let afterLineBreak =
        "DQofiwgAAAAAAAIDq1ZKTE5OLS6OL8nPTs1TslJKVNJRKkpNK0otzoCLFRkp1QIA/bVGLCkAAAA="
    private static let twoMembers =
        "H4sIAAAAAAACA6tWSkxOTi0uji/Jz07NU7JSSlTSAQBOyE6yFAAAAB+LCAAAAAAAAgNTKkpNK0otzogvyc9OzVOyUioyUqoFAKBRlckVAAAA"
    /// 100,000 times `x`.
    private static let bomb =
        "H4sIAAAAAAACA+3BMQEAAADCoNqLbw0PoAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIBXA3ERB/6ghgEA"

    private static func octets(_ text: String) -> [UInt8] { Data(base64Encoded: text).map(Array.init) ?? [] }

    private func reply(
        _ headers: String, _ body: [UInt8], limit: Int = 1 << 20, takesUnfinished: Bool = false
    ) async throws -> Result<HTTPReply, TransportFailure> {
        var result: Result<HTTPReply, TransportFailure>?
        let head = "HTTP/1.1 200 OK\r\n\(headers)Content-Length: \(body.count)\r\n\r\n"
        try await withServer { _ in
            .octets(Array(head.utf8) + body)
        } _: { server, transport in
            result = await transport.send(
                server.call(.post, replyLimit: limit, takesUnfinished: takesUnfinished))
            #expect(await server.request()?.lowercased().contains("accept-encoding") == false)
        }
        return try #require(result)
    }

    // A1, TOKEN-9
    @Test(arguments: [
        ("Content-Encoding: gzip\r\n", gzip), ("content-encoding:x-gzip\r\n", gzip),
        ("Content-Encoding: GZIP \r\n", gzip),
        ("Content-Encoding: deflate\r\n", zlib), ("Content-Encoding: deflate\r\n", deflate),
        ("Content-Encoding: gzip, gzip\r\n", twice), ("Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n", twice),
        ("Content-Encoding: identity, gzip\r\n", gzip), ("Content-Encoding: zstd\r\n", zstd), ("", gzip),
        ("Content-Encoding: br\r\n", gzip), ("Content-Encoding: aws-chunked\r\n", gzip), ("", zstd),
        ("", zlib), ("", deflate), ("Content-Encoding: gzip\r\n", zlib), ("Content-Encoding: gzip\r\n", deflate),
        ("", brotli), ("", brotliOfSmallWindow), ("Content-Encoding: gzip\r\n", brotli),
        ("Content-Encoding: br\r\n", brotli), ("Content-Encoding: gzip\r\n", twice), ("", twice),
        ("Content-Encoding: gzip\r\n", afterLineBreak), ("", afterLineBreak),
        ("Content-Encoding: gzip\r\n", twoMembers), ("", twoMembers), ("Content-Encoding: br, gzip\r\n", twice),
    ])
    func `a body in any coding is decoded, although none was requested`(_ headers: String, _ body: String) async throws
    {
        let reply = try await reply(headers, Self.octets(body)).get()
        #expect(String(decoding: reply.body, as: UTF8.self) == Self.text)
        #expect(reply.shortfall == nil)
    }

    // A1, TOKEN-9
    @Test(arguments: [
        "gzip", "br", "deflate", "zstd", "utf-8", "none", "identity", "", "gzip, gzip", "\"gzip\"", "a b\tc",
    ])
    func `a wrong Content-Encoding header doesn't lose the body`(_ coding: String) async throws {
        for body in [Self.text, " \n\(Self.text)", "[]"] {
            let reply = try await reply("Content-Encoding: \(coding)\r\n", Array(body.utf8)).get()
            #expect(String(decoding: reply.body, as: UTF8.self) == body)
        }
    }

    // A1
    @Test(arguments: ["gzip", "deflate", "nonsense"])
    func `a body that can't be decoded is returned unchanged`(_ coding: String) async throws {
        for body in [[0x80, 1, 2, 3], Array("hello".utf8), [0x1f, 0x8b, 0x08], []] as [[UInt8]] {
            #expect(try await reply("Content-Encoding: \(coding)\r\n", body).get().body == body)
        }
    }

    // A1, TOKEN-9
    @Test func `a damaged body is returned up to the damage`() async throws {
        let whole = Self.octets(Self.gzip)
        let reply = try await reply("Content-Encoding: gzip\r\n", whole + Array("trailing junk of a gateway".utf8))
            .get()
        #expect(String(decoding: reply.body, as: UTF8.self) == Self.text)
    }

    // A1, TOKEN-9
    @Test func `the size limit applies to the decoded body`() async throws {
        let bomb = Self.octets(Self.bomb)
        #expect(bomb.count > 100 && bomb.count < 1000)
        for limit in [1000, 99_999] {
            let result = try await reply("Content-Encoding: gzip\r\n", bomb, limit: limit)
            #expect(result.failure?.kind == .tooLarge)
            let part = try await reply("Content-Encoding: gzip\r\n", bomb, limit: limit, takesUnfinished: true).get()
            #expect(part.body.count == limit && part.shortfall?.kind == .tooLarge)
        }
        let whole = try await reply("Content-Encoding: gzip\r\n", bomb, limit: 100_000).get()
        #expect(whole.body.count == 100_000)
        #expect(whole.body.allSatisfy { $0 == UInt8(ascii: "x") } == true)
    }

    // A1
    @Test func `a large body is decoded completely`() async throws {
        // Stored blocks don't reduce the size, and the sockets' buffers hold less than this.
        let size = 60_000
        let block = [UInt8](repeating: 0x61, count: size)
        let length = [UInt8(size & 255), UInt8(size >> 8)]
        var stored: [UInt8] = []
        for number in 0..<10 { stored += [number == 9 ? 1 : 0] + length + length.map { ~$0 } + block }
        let reply = try await reply("Content-Encoding: deflate\r\n", stored).get()
        #expect(reply.body.count == 10 * size && reply.body.allSatisfy { $0 == 0x61 })
    }
}
