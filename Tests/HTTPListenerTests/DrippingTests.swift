import HTTPListener
import NIOCore
import RawClient
import Testing

@Suite(.timeLimit(.minutes(5)))
struct DrippingTests {
    @Test(arguments: ["GET /", "POST /a HTTP/1.1\r\nContent-Length: 1000\r\n\r\n"])
    func `the time for a request starts with its first byte, and later bytes don't extend it`(
        start: String
    ) async throws {
        try await withListener(limits: .fast(idleTime: .milliseconds(50))) { clock, _, _ in
            try await withListener(limits: .fast(requestTime: .milliseconds(400))) { _, responder, connect in
                let client = try connect()
                try client.send(start)
                // Each turn lasts as long as the other listener waits for a request, which is less than this one does.
                var drips = 0
                while drips < 100, !client.hasArrival, (try? client.send("x")) != nil {
                    let pace = try RawClient(.ipv4(port: clock.port ?? 0))
                    #expect(try pace.ask("GET /a HTTP/1.1\r\n\r\n")?.status == 200)
                    #expect(try pace.isEnded())
                    drips += 1
                }
                #expect(drips < 100)
                // A client that is cut off may find the connection reset, because it has sent more than was read.
                let answer = (try? client.read()) ?? nil
                #expect(answer?.status == (start.hasPrefix("POST") ? 408 : nil))
                #expect(responder.count == 0)
            }
        }
    }
}
