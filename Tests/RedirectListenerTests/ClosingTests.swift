import RawClient
import RedirectListener
import Testing

// NATIVE-3
@Suite(.timeLimit(.minutes(5)))
struct ClosingTests {
    @Test func `closing ends every connection at once`() async throws {
        let consent = PendingConsent(isSlow: true)
        try await withListener(consent: consent) { open in
            let (idle, busy) = (try open.connect(), try open.connect())
            try busy.send("GET /?code=c&state=right HTTP/1.1\r\nHost: localhost\r\n\r\n")
            for await _ in consent.arrivals { break }
            await open.listener.close()
            #expect(try idle.isEnded())
            #expect(try busy.isEnded())
            consent.store()
        }
    }

    @Test func `finishing waits until the result page has been fetched`() async throws {
        let consent = PendingConsent(isSlow: true)
        try await withListener(consent: consent) { open in
            let client = try open.connect()
            try client.send("GET /?code=c&state=right HTTP/1.1\r\nHost: localhost\r\n\r\n")
            for await _ in consent.arrivals { break }
            async let finished: Void = open.listener.finish(linger: .seconds(50))
            consent.store()
            let location = try #require(try client.read()?["location"])
            let page = try client.ask("GET \(location) HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(page?.body.contains("Access granted") == true)
            await finished
            #expect(try client.isEnded())
            #expect(throws: RawClient.Failure.self) { _ = try open.connect() }
        }
    }

    @Test func `finishing waits no longer than its limit`() async throws {
        try await withListener { open in
            let answer = try open.get("/?code=c&state=right")
            #expect(answer.status == 303)
            await open.listener.finish(linger: .milliseconds(20))
            #expect(throws: RawClient.Failure.self) { _ = try open.connect() }
        }
    }

    @Test func `finishing doesn't wait where no response came`() async throws {
        try await withListener { open in
            await open.listener.finish(linger: .seconds(50))
            #expect(throws: RawClient.Failure.self) { _ = try open.connect() }
        }
    }
}
