import HTTPListener
import RawClient
import Scratch
import Testing

/// Clients that close only their sending side, and clients that disconnect.
@Suite(.timeLimit(.minutes(5)))
struct HTTPListenerHangUpTests {
    @Test(arguments: ["", "Connection: close\r\n"])
    func `a client that closes its side after a request gets its late answer`(header: String) async throws {
        try await withListener { _, responder, connect in
            let client = try connect()
            try client.send("GET /late HTTP/1.1\r\n\(header)\r\n")
            client.finishSending()
            await responder.arrival(of: "/late")
            // After a round trip the listener has usually seen that this client has closed its side.
            #expect(try connect().ask("GET /a HTTP/1.1\r\n\r\n")?.status == 200)
            responder.release()
            let answer = try client.read()
            #expect(answer?.body == "late")
            #expect(answer?["connection"] == "close")
            #expect(try client.isEnded())
        }
    }

    @Test(arguments: ["", "Connection: close\r\n"])
    func `a client that closes its side gets a large answer whole`(header: String) async throws {
        try await withListener { _, _, connect in
            let client = try connect()
            try client.send("GET /big HTTP/1.1\r\n\(header)\r\n")
            client.finishSending()
            #expect(try client.read()?.body.utf8.count == 4_000_000)
            #expect(try client.isEnded())
        }
    }

    @Test func `a client that closes its side gets an answer to each of its requests`() async throws {
        try await withListener { _, responder, connect in
            let client = try connect()
            try client.send("GET /late HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\nGET /big HTTP/1.1\r\n\r\n")
            client.finishSending()
            await responder.arrival(of: "/late")
            responder.release()
            #expect(try client.read()?.body == "late")
            #expect(try client.read()?.body == "GET /b? -")
            #expect(try client.read()?.body.utf8.count == 4_000_000)
            #expect(try client.isEnded())
        }
    }

    @Test(arguments: ["GET /b HT", "POST /b HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf"])
    func `a client that closes its side within a request gets its earlier answers, then an error`(
        half: String
    ) async throws {
        try await withListener { _, responder, connect in
            let (client, other) = (try connect(), try connect())
            try client.send("GET /late HTTP/1.1\r\n\r\n\(half)")
            client.finishSending()
            await responder.arrival(of: "/late")
            responder.release()
            #expect(try client.read()?.body == "late")
            #expect(try client.read()?.status == 400)
            #expect(try client.isEnded())
            try other.send(half)
            other.finishSending()
            #expect(try other.read()?.status == 400)
            #expect(try other.isEnded())
        }
    }

    @Test func `a client that closes its side and waits for no answer is closed at once`() async throws {
        try await withListener { _, _, connect in
            let (fresh, idle) = (try connect(), try connect())
            #expect(try idle.ask("GET /a HTTP/1.1\r\n\r\n")?.status == 200)
            for client in [fresh, idle] {
                client.finishSending()
                #expect(try client.isEnded())
            }
        }
    }

    @Test func `a client that disconnects before its answer is noticed, and the answer is dropped`() async throws {
        let folder = try ScratchFolder()
        for place in [HTTPListener.Place.unix(path: folder.file("s")), .tcp(host: "127.0.0.1", port: 0)] {
            try await withListener(at: place) { _, responder, connect in
                do {
                    let client = try connect()
                    // Over TCP a disconnect looks like a client that only closes its side.
                    if case .tcp = place { client.resetAtEnd() }
                    try client.send("GET /late/gone HTTP/1.1\r\n\r\n")
                    await responder.arrival(of: "/late/gone")
                }
                for await path in responder.departures where path == "/late/gone" { break }
                responder.release()
                #expect(try connect().ask("GET /a HTTP/1.1\r\n\r\n")?.status == 200)
            }
        }
    }

    @Test func `a client that first closes its side and then disconnects is noticed, at the latest by its answer`()
        async throws
    {
        let folder = try ScratchFolder()
        for place in [HTTPListener.Place.unix(path: folder.file("s")), .tcp(host: "127.0.0.1", port: 0)] {
            try await withListener(at: place) { _, responder, connect in
                do {
                    let client = try connect()
                    try client.send("GET /late/gone HTTP/1.1\r\n\r\n")
                    client.finishSending()
                    await responder.arrival(of: "/late/gone")
                }
                if case .tcp = place { responder.release() }
                for await path in responder.departures where path == "/late/gone" { break }
            }
        }
    }
}
