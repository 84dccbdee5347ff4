import HTTPListener
import NIOCore
import RawClient
import Testing

@Suite(.timeLimit(.minutes(5)))
struct ConnectionLimitTests {
    private static var limits: HTTPListenerLimits {
        var limits = HTTPListenerLimits.test
        limits.connections = 2
        return limits
    }

    @Test func `a connection beyond the limit takes the place of the oldest that has no request`() async throws {
        try await withListener(limits: Self.limits) { _, responder, connect in
            let (waiting, idle) = (try connect(), try connect())
            try waiting.send("GET /late HTTP/1.1\r\n\r\n")
            await responder.arrival(of: "/late")
            #expect(try idle.ask("GET /a HTTP/1.1\r\n\r\n")?.status == 200)
            let newest = try connect()
            #expect(try newest.ask("GET /b HTTP/1.1\r\n\r\n")?.body == "GET /b? -")
            #expect(try idle.isEnded())
            responder.release()
            #expect(try waiting.read()?.body == "late")
        }
    }

    @Test func `where all clients wait for their answers a further one is refused`() async throws {
        try await withListener(limits: Self.limits) { _, responder, connect in
            let waiting = [try connect(), try connect()]
            for (number, client) in waiting.enumerated() {
                try client.send("GET /late\(number) HTTP/1.1\r\n\r\n")
                await responder.arrival(of: "/late\(number)")
            }
            let refused = try connect()
            let answer = try refused.read()
            #expect(answer?.status == 503)
            #expect(answer?.body == "refused")
            #expect(answer?["connection"] == "close")
            #expect(try refused.isEnded())
            // An answered client makes room again.
            responder.release("one")
            #expect(try waiting[0].read()?.body == "one")
            // The server notes the end of an answer a moment after the client has it.
            var status = 503
            for _ in 0..<1000 where status == 503 {
                status = try connect().ask("GET /c HTTP/1.1\r\n\r\n")?.status ?? 0
            }
            #expect(status == 200)
            #expect(try waiting[0].isEnded())
            responder.release("two")
            #expect(try waiting[1].read()?.body == "two")
        }
    }

    @Test func `without a limit nobody is cut off`() async throws {
        try await withListener { _, _, connect in
            let clients = try (0..<40).map { _ in try connect() }
            for client in clients { #expect(try client.ask("GET /a HTTP/1.1\r\n\r\n")?.status == 200) }
        }
    }
}
