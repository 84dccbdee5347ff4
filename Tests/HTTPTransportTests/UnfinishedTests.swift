import ScriptedServer
import Synchronization
import Testing

@testable import HTTPTransport

@Suite(.timeLimit(.minutes(5)))
struct UnfinishedTests {
    private static let object = #"{"access_token":"a"}"#

    // TOKEN-11, REFRESH-11
    @Test(arguments: [
        ("Content-Length: 100\r\n\r\n", true, TransportFailure.Kind.cut),
        ("Transfer-Encoding: chunked\r\n\r\n14\r\n", true, .cut), ("Content-Length: 100\r\n\r\n", false, .timeout),
        ("\r\n", false, .timeout),
    ])
    func `an incomplete reply is returned if the caller accepts it`(
        _ headers: String, _ closes: Bool, _ kind: TransportFailure.Kind
    ) async throws {
        let text = "HTTP/1.1 200 OK\r\n\(headers)\(Self.object)"
        try await withServer { _ in
            closes ? .close(after: text) : .send(text)
        } _: { server, transport in
            let timeout = closes ? Duration.seconds(30) : .seconds(2)
            let reply = await transport.send(server.call(.post, timeout: timeout, takesUnfinished: true)).reply
            #expect(reply?.body == Array(Self.object.utf8) && reply?.shortfall?.kind == kind)
            #expect(await transport.send(server.call(.post, timeout: timeout)).failure?.kind == kind)
        }
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5", "HTTP/1.1 100 Continue\r\n\r\n",
    ])
    func `a reply with an incomplete head isn't returned`(_ text: String) async throws {
        try await withServer { _ in
            .close(after: text)
        } _: { server, transport in
            #expect(await transport.send(server.call(.post, takesUnfinished: true)).failure?.kind == .cut)
        }
    }

    /// A clock that is stopped between two reads for as long as a test wants.
    private final class Clock: Sendable {
        private let time = Mutex(Duration.zero)

        func read() -> Duration { time.withLock { $0 } }

        func advance(by step: Duration) { time.withLock { $0 += step } }
    }

    // REFRESH-11
    @Test func `a reply that arrived before a pause of the process is read after it, whatever the time is then`()
        async throws
    {
        let clock = Clock()
        let server = try await ScriptedServer { _ in
            // From here the process is suspended for longer than the request's time limit.
            clock.advance(by: .seconds(40))
            return .send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")
        }
        let transport = CurlTransport(uptime: { clock.read() })
        defer { transport.stop() }
        let reply = await transport.send(server.call(.post, timeout: .seconds(30))).reply
        #expect(reply?.body == Array("{}".utf8))
        await server.close()
    }

    // REFRESH-11, TOKEN-11
    @Test(arguments: [
        ("200 OK", Duration.seconds(300) as Duration?, true), ("200 OK", nil, false),
        ("503 Busy", .seconds(300), false),
    ])
    func `a successful reply that is still arriving at its time limit is read on`(
        _ status: String, _ bodyTimeout: Duration?, _ isRead: Bool
    ) async throws {
        let clock = Clock()
        let (parts, sent) = AsyncStream.makeStream(of: Void.self)
        let server = try await ScriptedServer { request in
            request.hasPrefix("POST")
                ? .part("HTTP/1.1 \(status)\r\nContent-Length: \(Self.object.utf8.count)\r\n\r\n{") {
                    clock.advance(by: .seconds(31))
                    sent.yield()
                }
                : .rest(String(Self.object.dropFirst()), reply: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        }
        let transport = CurlTransport(uptime: { clock.read() })
        defer { transport.stop() }
        async let slow = transport.send(
            server.call(.post, timeout: .seconds(30), bodyTimeout: bodyTimeout, takesUnfinished: true))
        for await _ in parts { break }
        // Wakes up the transport, and has the server send the rest.
        #expect(await transport.send(server.call()).reply?.status == 200)
        let reply = await slow.reply
        #expect(reply?.body == Array((isRead ? Self.object : "{").utf8))
        #expect(reply?.shortfall?.kind == (isRead ? nil : .timeout))
        await server.close()
    }

    // REFRESH-11
    @Test func `a time limit is extended only while octets arrive, and not without an end`() {
        var limit = TimeLimit(from: .seconds(5), for: .seconds(30))
        var ends: [Double?] = []
        for (second, arrived) in [(35, 0), (35, 7), (45, 7), (300, 8), (305, 9)] {
            let goesOn = limit.goesOn(at: .seconds(second), arrived: arrived, atMost: .seconds(300))
            ends.append(goesOn ? limit.end / .seconds(1) : nil)
        }
        #expect(ends == [nil, 45, nil, 305, nil] && limit.end == .seconds(305))
    }

    // REFRESH-11
    @Test func `a suspended process is distinguished from a sleeping thread`() {
        var pace = Pace()
        #expect(!pace.hasStoodStill(at: .seconds(1000)))
        pace.sleeps(from: .seconds(10), for: .seconds(30))
        #expect(!pace.hasStoodStill(at: .seconds(11)) && !pace.hasStoodStill(at: .seconds(42)))
        #expect(pace.hasStoodStill(at: .milliseconds(42_001)))
        pace.sleeps(from: .seconds(50), for: nil)
        #expect(!pace.hasStoodStill(at: .seconds(5000)))
        pace.sleeps(from: .seconds(50), for: .seconds(-5))
        #expect(!pace.hasStoodStill(at: .seconds(52)) && pace.hasStoodStill(at: .seconds(53)))
    }

    // REFRESH-11
    @Test func `a time limit ends at its time and is never shortened`() {
        var limit = TimeLimit(from: .seconds(5), for: .seconds(30))
        #expect(!limit.isOver(at: .milliseconds(34_999)) && limit.isOver(at: .seconds(35)))
        limit.extend(to: .seconds(20))
        #expect(limit.end == .seconds(35))
        limit.extend(to: .seconds(40))
        #expect(!limit.isOver(at: .seconds(39)) && limit.isOver(at: .seconds(40)))
        #expect(TimeLimit(from: .zero, for: .seconds(-1)).end == .zero)
        #expect(TimeLimit(from: .zero, for: .seconds(1_000_000)).end == .seconds(86_400))
    }
}
