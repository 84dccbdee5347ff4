import Glibc
import HTTPListener
import NIOPosix
import RawClient
import RedirectListener
import Testing

/// A listener for tests, and requests to it.
struct OpenListener {
    let listener: RedirectListener
    let consent: PendingConsent

    func connect(as user: uid_t? = nil) throws -> RawClient {
        try RawClient(.ipv4(port: listener.port), owner: user)
    }

    /// Sends a request on a connection of its own.
    func ask(_ method: String, _ target: String, host: String = "127.0.0.1", more: String = "") throws -> RawAnswer {
        let request = "\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\n\(more)\r\n"
        return try #require(try connect().ask(request, hasBody: method != "HEAD"))
    }

    func get(_ target: String) throws -> RawAnswer { try ask("GET", target) }

    func post(_ body: String, to target: String = "/", type: String = "application/x-www-form-urlencoded") throws
        -> RawAnswer
    {
        let request = "POST \(target) HTTP/1.1\r\nHost: localhost\r\nContent-Type: \(type)\r\nContent-Length: "
        return try #require(try connect().ask(request + "\(body.utf8.count)\r\n\r\n\(body)"))
    }

    /// The page at the clean path that a redirect leads to.
    func follow(_ answer: RawAnswer) throws -> RawAnswer {
        #expect(answer.status == 303)
        let location = try #require(answer["location"])
        #expect(location.hasPrefix("/result/"))
        #expect(!location.contains("?"))
        return try get(location)
    }

    /// Checks that a hostile request had no effect: the consent is still pending, and its true response succeeds.
    func expectTrueRedirectSucceeds() throws {
        let page = try follow(get("/?code=c&state=right"))
        #expect(page.status == 200)
        #expect(page.body.contains("Access granted"))
    }
}

/// Runs a test against a listener on a port of its own.
func withListener(
    port: Int? = nil, path: String = "/", consent: PendingConsent = PendingConsent(),
    limits: HTTPListenerLimits = .redirect,
    lookup: OwnerLookup? = .available(), onStranger: @escaping @Sendable (uid_t) -> Void = { _ in },
    _ test: (OpenListener) async throws -> Void
) async throws {
    let listener = try await RedirectListener.open(
        port: port, redirectPath: path, group: MultiThreadedEventLoopGroup.singleton, receiver: consent, limits: limits,
        lookup: lookup, onStranger: onStranger)
    do {
        try await test(OpenListener(listener: listener, consent: consent))
    } catch {
        await listener.close()
        throw error
    }
    await listener.close()
}
