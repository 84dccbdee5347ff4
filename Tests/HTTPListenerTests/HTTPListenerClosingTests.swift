import HTTPListener
import NIOCore
import NIOPosix
import RawClient
import Testing

@Suite(.timeLimit(.minutes(5)))
struct HTTPListenerClosingTests {
    @Test func `closing ends idle connections and lets an outstanding answer finish`() async throws {
        try await withListener { listener, responder, connect in
            let (idle, fresh, busy) = (try connect(), try connect(), try connect())
            try idle.send("GET /late/idle HTTP/1.1\r\n\r\n")
            await responder.arrival(of: "/late/idle")
            responder.release()
            #expect(try idle.read()?.body == "late")
            try busy.send("GET /late HTTP/1.1\r\n\r\n")
            await responder.arrival(of: "/late")
            async let closed: Void = listener.close(patience: .seconds(30))
            for await path in responder.departures where path == "/late/idle" { break }
            #expect(try idle.isEnded())
            #expect(try fresh.isEnded())
            responder.release()
            let answer = try busy.read()
            #expect(answer?.body == "late")
            #expect(answer?["connection"] == "close")
            #expect(try busy.isEnded())
            busy.finishSending()
            await closed
            #expect(throws: RawClient.Failure.self) { _ = try connect() }
        }
    }

    @Test func `closing cuts off an answer that doesn't come in time`() async throws {
        try await withListener { listener, responder, connect in
            let client = try connect()
            try client.send("GET /late HTTP/1.1\r\n\r\n")
            await responder.arrival(of: "/late")
            await listener.close(patience: .milliseconds(20))
            #expect(try client.isEnded())
            responder.release()
        }
    }

    @Test func `a listener that stops listening keeps its open connections`() async throws {
        try await withListener { listener, _, connect in
            let client = try connect()
            #expect(try client.ask("GET /a HTTP/1.1\r\n\r\n")?.status == 200)
            await listener.stopListening()
            #expect(throws: RawClient.Failure.self) { _ = try connect() }
            #expect(try client.ask("GET /b HTTP/1.1\r\n\r\n")?.status == 200)
        }
    }

    @Test func `an address in use is an error`() async throws {
        try await withListener { listener, _, _ in
            let place = HTTPListener.Place.tcp(host: "127.0.0.1", port: listener.port ?? 0)
            await #expect(throws: IOError.self) {
                _ = try await HTTPListener.open(
                    place, group: MultiThreadedEventLoopGroup.singleton, limits: .test, responder: TestResponder())
            }
        }
    }
}
