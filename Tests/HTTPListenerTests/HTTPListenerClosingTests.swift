import Glibc
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

    @Test func `a port is free again although a child process still has the listener`() async throws {
        try await withListener { listener, _, _ in
            let port = try #require(listener.port)
            // As between fork and exec.
            let copies = Self.listeners(at: port).map { dup($0) }
            #expect(!copies.isEmpty)
            defer { for copy in copies { close(copy) } }
            await listener.stopListening()
            let next = try await HTTPListener.open(
                .tcp(host: "127.0.0.1", port: port), group: MultiThreadedEventLoopGroup.singleton, limits: .test,
                responder: TestResponder())
            await next.close(patience: .zero)
        }
    }

    /// The descriptors of this process that listen on a port.
    private static func listeners(at port: Int) -> [CInt] {
        (0..<CInt(1024)).filter { descriptor in
            var (address, size) = (sockaddr_in(), socklen_t(MemoryLayout<sockaddr_in>.size))
            let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getsockname(descriptor, $0, &size)
                }
            }
            guard code == 0, address.sin_family == sa_family_t(AF_INET),
                Int(UInt16(bigEndian: address.sin_port)) == port
            else { return false }
            var (listens, length) = (CInt(0), socklen_t(MemoryLayout<CInt>.size))
            return unsafe getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &length) == 0 && listens == 1
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
