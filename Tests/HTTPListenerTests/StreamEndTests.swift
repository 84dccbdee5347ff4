import HTTPListener
import NIOCore
import RawClient
import Scratch
import Synchronization
import Testing

private let get = "GET / HTTP/1.1\r\n\r\n"
private let next = "GET /next HTTP/1.1\r\n\r\n"
private let piece = ByteBuffer(repeating: 0x78, count: 4096)

/// How streams end before their end.
@Suite(.timeLimit(.minutes(5)))
struct StreamEndTests {
    /// The errors with which the bodies ended, and "end" for those that ended without an error.
    private let ends: AsyncStream<String>
    private let ended: AsyncStream<String>.Continuation

    init() {
        (ends, ended) = AsyncStream.makeStream()
    }

    private func noting(_ body: @escaping StreamingResponder.Body) -> StreamingResponder.Body {
        { [ended] stream in
            do {
                try await body(stream)
                ended.yield("end")
            } catch {
                ended.yield("\(type(of: error))")
                throw error
            }
        }
    }

    private func nextEnd() async -> String? {
        for await end in ends { return end }
        return nil
    }

    private func hasEnd(_ client: RawClient) async throws -> Bool {
        let answer = try await offPool { try client.readToEnd() }
        #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
        return answer.hasSuffix("\r\n0\r\n\r\n")
    }

    @Test func `a client is cut off when too many bytes are unsent`() async throws {
        let sent = Atomic(0)
        var limits = HTTPListenerLimits.test
        limits.unsentBytes = 65_536
        try await withStream(
            limits: limits,
            noting { stream in
                // More than the limit and the kernel's buffers; without a limit all of it would be accepted.
                for _ in 0..<4096 where stream.send(piece) { sent.add(piece.readableBytes, ordering: .relaxed) }
                let isTaken = stream.send(piece)
                #expect(!isTaken)
            }
        ) { _, connect in
            let client = try connect()
            try client.send(get)
            #expect(await nextEnd() == "end")
            let count = sent.load(ordering: .relaxed)
            #expect(count >= 65_536 && count < 4_000_000)
            let isWhole = try await hasEnd(client)
            #expect(!isWhole)
            let other = try await offPool { try connect().ask(next) }
            #expect(other?.body == "/next")
        }
    }

    @Test func `a client that takes nothing for too long is cut off`() async throws {
        try await withStream(
            limits: .fast(idleTime: .milliseconds(20)),
            noting { stream in
                while true { try await stream.write(piece) }
            }
        ) { _, connect in
            let client = try connect()
            try client.send(get)
            #expect(await nextEnd() == "Ended")
            let isWhole = try await hasEnd(client)
            #expect(!isWhole)
        }
    }

    @Test func `a stream may be silent for longer than a connection may be idle`() async throws {
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        try await withStream(limits: .fast(idleTime: .milliseconds(20))) { stream in
            try await stream.write(ByteBuffer(string: "one"))
            for await _ in gate { break }
            try await stream.write(ByteBuffer(string: "two"))
        } _: { _, connect in
            try await offPool {
                let client = try connect()
                try client.send(get)
                #expect(try client.readHead().status == 200)
                #expect(try client.readChunk() == "one")
                // Another connection is cut off because it is idle; the silent stream would have been by then.
                let idle = try connect()
                #expect(try idle.ask(next)?.status == 200)
                #expect(try idle.isEnded())
                open.yield()
                #expect(try client.readChunk() == "two")
                #expect(try client.readChunk() == nil)
            }
        }
    }

    @Test func `the producer of a body is told that the client has disconnected`() async throws {
        try await withStream(
            noting { stream in
                try await stream.write(piece)
                // Ends when the task is cancelled.
                for await _ in AsyncStream<Never>.makeStream().stream {}
                let isTaken = stream.send(piece)
                #expect(!isTaken)
                throw CancellationError()
            }
        ) { _, connect in
            try await offPool {
                let client = try connect()
                try client.send(get)
                #expect(try client.readHead().status == 200)
                #expect(try client.readChunk()?.utf8.count == 4096)
            }
            #expect(await nextEnd() == "CancellationError")
        }
    }

    @Test func `a cancelled producer doesn't wait for a client to read`() async throws {
        try await withStream(
            noting { stream in
                try await stream.write(ByteBuffer(string: "one"))
                for await _ in AsyncStream<Never>.makeStream().stream {}
                // More than the kernel's buffers can hold.
                try await stream.write(ByteBuffer(repeating: 0x78, count: 8_000_000))
            }
        ) { listener, connect in
            let client = try connect()
            try await offPool {
                try client.send(get)
                #expect(try client.readHead().status == 200)
                #expect(try client.readChunk() == "one")
            }
            async let closed: Void = listener.close(patience: .seconds(30))
            #expect(await nextEnd() == "CancellationError")
            await closed
        }
    }

    @Test func `a producer that waits for a client to read is told that it has disconnected`() async throws {
        try await withStream(
            noting { stream in
                while true { try await stream.write(piece) }
            }
        ) { _, connect in
            try await offPool {
                let client = try connect()
                try client.send(get)
                #expect(try client.readHead().status == 200)
            }
            #expect(await nextEnd() == "Ended")
        }
    }

    @Test func `a body whose producer fails stays incomplete`() async throws {
        struct Broken: Error {}
        try await withStream(
            noting { stream in
                try await stream.write(piece)
                throw Broken()
            }
        ) { _, connect in
            let client = try connect()
            try client.send(get)
            #expect(await nextEnd() == "Broken")
            let isWhole = try await hasEnd(client)
            #expect(!isWhole)
        }
    }

    @Test func `closing the listener ends a body that would never end`() async throws {
        try await withStream(
            noting { stream in
                try await stream.write(ByteBuffer(string: "one"))
                for await _ in AsyncStream<Never>.makeStream().stream {}
                stream.send(ByteBuffer(string: "last"))
            }
        ) { listener, connect in
            let client = try connect()
            try await offPool {
                try client.send(get)
                #expect(try client.readHead().status == 200)
                #expect(try client.readChunk() == "one")
            }
            async let closed: Void = listener.close(patience: .seconds(30))
            #expect(await nextEnd() == "end")
            let rest = try await offPool { try client.readToEnd() }
            #expect(rest == "4\r\nlast\r\n0\r\n\r\n")
            client.finishSending()
            await closed
        }
    }
}
