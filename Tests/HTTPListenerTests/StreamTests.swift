import HTTPListener
import NIOCore
import RawClient
import Scratch
import Synchronization
import Testing

private let get = "GET / HTTP/1.1\r\n\r\n"
private let next = "GET /next HTTP/1.1\r\n\r\n"

/// Answers with a streamed body.
@Suite(.timeLimit(.minutes(5)))
struct StreamTests {
    private func withPieces(_ texts: String..., test: @escaping @Sendable (Connect) throws -> Void) async throws {
        try await withStream { stream in
            for text in texts { try await stream.write(ByteBuffer(string: text)) }
        } _: { _, connect in
            try await offPool { try test(connect) }
        }
    }

    @Test func `pieces are sent as chunks, and the connection stays open`() async throws {
        try await withPieces("one", "", "two") { connect in
            let client = try connect()
            for _ in 0..<2 {
                let answer = try #require(try client.ask(get))
                #expect(answer.status == 200)
                #expect(answer["x"] == "y")
                #expect(answer["connection"] == nil)
                #expect(answer["content-length"] == nil)
                #expect(answer.body == "onetwo")
                #expect(try client.ask(next)?.body == "/next")
            }
        }
    }

    @Test func `pieces that are sent without waiting arrive in order`() async throws {
        try await withStream { stream in
            for number in 0..<1000 {
                let isTaken = stream.send(ByteBuffer(string: "\(number) "))
                #expect(isTaken)
            }
        } _: { _, connect in
            let answer = try await offPool { try connect().ask(get) }
            #expect(answer?.body == (0..<1000).map { "\($0) " }.joined())
        }
    }

    @Test func `a piece arrives before the next one is produced`() async throws {
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        try await withStream { stream in
            stream.send(ByteBuffer(string: "first"))
            for await _ in gate { break }
            stream.send(ByteBuffer(string: "second"))
        } _: { _, connect in
            try await offPool {
                let client = try connect()
                try client.send(get)
                #expect(try client.readHead().status == 200)
                #expect(try client.readChunk() == "first")
                open.yield()
                #expect(try client.readChunk() == "second")
                #expect(try client.readChunk() == nil)
            }
        }
    }

    @Test func `HEAD gets the head, and no body is produced`() async throws {
        let made = Atomic(0)
        try await withStream { _ in
            made.add(1, ordering: .relaxed)
        } _: { _, connect in
            try await offPool {
                let client = try connect()
                let answer = try client.ask("HEAD / HTTP/1.1\r\n\r\n", hasBody: false)
                #expect(answer?["x"] == "y")
                #expect(try client.ask(next)?.body == "/next")
                let last = try client.ask("HEAD / HTTP/1.1\r\nConnection: close\r\n\r\n", hasBody: false)
                #expect(last?["connection"] == "close")
                #expect(try client.isEnded())
            }
        }
        let count = made.load(ordering: .relaxed)
        #expect(count == 0)
    }

    @Test func `for HTTP 1.0 the end of the connection ends the body`() async throws {
        try await withPieces("one", "two") { connect in
            let client = try connect()
            try client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            let answer = try client.readToEnd()
            #expect(answer == "HTTP/1.0 200 OK\r\nX: y\r\nConnection: close\r\n\r\nonetwo")
        }
    }

    @Test func `a connection that can't carry another request is closed after its stream`() async throws {
        try await withPieces("all") { connect in
            let client = try connect()
            let answer = try client.ask("GET / HTTP/1.1\r\nConnection: close\r\n\r\n")
            #expect(answer?["connection"] == "close")
            #expect(answer?.body == "all")
            #expect(try client.isEnded())
        }
    }

    @Test func `a client that closes its side gets its streams whole`() async throws {
        try await withPieces("one", "two") { connect in
            let client = try connect()
            try client.send(get + get)
            client.finishSending()
            #expect(try client.read()?.body == "onetwo")
            #expect(try client.read()?.body == "onetwo")
            #expect(try client.isEnded())
        }
    }

    @Test func `bytes after a streamed request are handled after the stream, even invalid ones`() async throws {
        try await withPieces("all") { connect in
            let client = try connect()
            try client.send(get + next + "\u{1}\r\n\r\n")
            #expect(try client.read()?.body == "all")
            #expect(try client.read()?.body == "/next")
            #expect(try client.read()?.status == 400)
            #expect(try client.isEnded())
        }
    }

    @Test func `a sequence is asked for no more pieces than the client takes`() async throws {
        let made = Atomic(0)
        let count = 400
        try await withStream { stream in
            let pieces = AsyncStream<ByteBuffer> {
                let number = made.add(1, ordering: .relaxed).newValue
                return number > count ? nil : ByteBuffer(repeating: 0x78, count: 32_768)
            }
            try await stream.write(contentsOf: pieces)
        } _: { _, connect in
            try await offPool {
                let client = try connect()
                try client.send(get)
                #expect(try client.readHead().status == 200)
                for taken in 0..<count {
                    #expect(try client.readChunk()?.utf8.count == 32_768)
                    let madeSoFar = made.load(ordering: .relaxed)
                    // The buffers of the kernel and of this client hold some of them.
                    #expect(madeSoFar <= taken + 20)
                }
                #expect(try client.readChunk() == nil)
            }
        }
    }
}
