import HTTPListener
import RawClient
import Scratch
import Testing

/// Clients that end their sending side, and clients that are gone.
@Suite(.timeLimit(.minutes(1)))
struct HTTPListenerHangUpTests {
    @Test(arguments: ["", "Connection: close\r\n"])
    func `who sends no more after a request gets its late answer`(header: String) async throws {
        try await withListener { _, responder, connect in
            let client = try connect()
            try client.send("GET /late HTTP/1.1\r\n\(header)\r\n")
            client.finishSending()
            await responder.arrival(of: "/late")
            // A round trip later the end of this one's input has been seen too, as a rule.
            #expect(try connect().ask("GET /a HTTP/1.1\r\n\r\n")?.status == 200)
            responder.release()
            let answer = try client.read()
            #expect(answer?.body == "late")
            #expect(answer?["connection"] == "close")
            #expect(try client.isEnded())
        }
    }

    @Test(arguments: ["", "Connection: close\r\n"])
    func `who sends no more gets a large answer whole`(header: String) async throws {
        try await withListener { _, _, connect in
            let client = try connect()
            try client.send("GET /big HTTP/1.1\r\n\(header)\r\n")
            client.finishSending()
            #expect(try client.read()?.body.utf8.count == 4_000_000)
            #expect(try client.isEnded())
        }
    }

    @Test func `who sends no more gets an answer to each of its requests`() async throws {
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
    func `who sends no more in the middle of a request is told so, after the answers that it is owed`(
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

    @Test func `who sends no more and waits for nothing is closed at once`() async throws {
        try await withListener { _, _, connect in
            let (fresh, idle) = (try connect(), try connect())
            #expect(try idle.ask("GET /a HTTP/1.1\r\n\r\n")?.status == 200)
            for client in [fresh, idle] {
                client.finishSending()
                #expect(try client.isEnded())
            }
        }
    }

    @Test func `a client that is gone while an answer is outstanding is noticed, its answer dropped`() async throws {
        let folder = try ScratchFolder()
        for place in [HTTPListener.Place.unix(path: folder.file("s")), .tcp(host: "127.0.0.1", port: 0)] {
            try await withListener(at: place) { _, responder, connect in
                do {
                    let client = try connect()
                    // Over TCP a mere end looks like that of the sending side.
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

    @Test func `a client that is gone after it sent no more is noticed, at the latest by its answer`() async throws {
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
