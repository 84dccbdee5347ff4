import Accounts
import AuthorizationClient
import Failures
import Grants
import HTTPTransport
import OAuth
import Secrets
import Synchronization
import TestStores
import Testing
import Text
import Vendors

@testable import Daemon

/// The result of a token request to a slow server.
@Suite(.timeLimit(.minutes(5))) struct TokenRequestTests {
    private let clock = TestClock()

    /// A transport on which twenty seconds pass between each request and its reply.
    private struct SlowTransport: HTTPTransport {
        let clock: TestClock
        let body: String

        func send(_ call: HTTPCall) async -> Result<HTTPReply, TransportFailure> {
            clock.sleepThrough(.seconds(20))
            return .success(HTTPReply(status: 200, body: Array(body.utf8)))
        }
    }

    private func settings(_ tokenEndpoint: String = "https://as.example/token") throws -> AccountSettings {
        AccountSettings(
            name: "demo", client: Client(id: "desk"), flow: .clientCredentials,
            endpoints: Endpoints(token: try EndpointURL(tokenEndpoint)),
            redirectURI: try RedirectURI("http://127.0.0.1/"))
    }

    private func endpoint(_ transport: any HTTPTransport) -> TokenEndpoint {
        let time = TestTime(clock: clock)
        let client = ServerClient(
            transport: transport, secrets: SecretReader(environment: [:], clock: clock), time: time)
        return TokenEndpoint(client: client, time: time, catalogue: .complete)
    }

    private func askForItself(_ body: String) async throws -> (tokens: IssuedTokens, sent: Moment) {
        let account = try #require(ResolvedAccount(settings()))
        let outcome = await endpoint(SlowTransport(clock: clock, body: body)).askForItself(account, key: nil)
        guard case .granted(let tokens, let sent) = outcome else { throw Unexpected() }
        return (tokens, sent)
    }

    // READ-1
    @Test func `a token's lifetime counts from before its request, however slow the server is`() async throws {
        let before = TestTime(clock: clock).now()
        let (tokens, sent) = try await askForItself(#"{"access_token":"a","expires_in":3600}"#)
        #expect(tokens.expiresIn == .seconds(3600))
        #expect(sent.instant == before.instant && sent.wall == before.wall)
        #expect(TestTime(clock: clock).instant() - before.instant == .seconds(20))
    }

    /// Notes whether its request may begin: at once, after twenty seconds, and after a millisecond more.
    private final class AskingTransport: HTTPTransport {
        let clock: TestClock
        let answers = Mutex<[Bool?]>([])

        init(_ clock: TestClock) {
            self.clock = clock
        }

        func send(_ call: HTTPCall) async -> Result<HTTPReply, TransportFailure> {
            for wait in [Duration.zero, .seconds(20), .milliseconds(1)] {
                clock.sleepThrough(wait)
                let mayBegin = call.mayBegin?()
                answers.withLock { $0.append(mayBegin) }
            }
            return .failure(TransportFailure(.connection, ""))
        }
    }

    @Test(arguments: [nil, TokenTarget(scope: Scope(["mail"]))])
    func `a refresh that must not begin late is asked right before it is sent`(target: TokenTarget?) async throws {
        let transport = AskingTransport(clock)
        var order = RefreshOrder(version: 1, grant: KeptGrant.example().grant)
        order.further = target.map { RefreshOrder.Further(token: .named("work"), target: $0) }
        order.notAfter = TestTime(clock: clock).instant() + .seconds(20)
        let outcome = await endpoint(transport).refresh(order, settings: try settings())
        guard case .failed(let failure) = outcome else { throw Unexpected() }
        #expect(failure.isUnprocessed && transport.answers.withLock { $0 } == [true, true, false])
        order.notAfter = nil
        _ = await endpoint(transport).refresh(order, settings: try settings())
        #expect(transport.answers.withLock { $0 }.suffix(3) == [nil, nil, nil])
    }

    // CC-1
    @Test func `a client that acts for itself keeps no refresh token, even if it gets one`() async throws {
        let (tokens, _) = try await askForItself(#"{"access_token":"a","refresh_token":"r","expires_in":3600}"#)
        #expect(tokens.accessToken == Secret("a"))
        #expect(tokens.refreshToken == nil)
    }

    @Test(arguments: [
        ("http://127.0.0.1:9/token", true), ("http://localhost:9/token", true), ("http://[::1]:9/token", true),
        ("https://as.example/token", false), ("https://localhost.as.example/token", false),
    ])
    func `a request to this machine uses no proxy`(tokenEndpoint: String, isDirect: Bool) async throws {
        let transport = RecordingTransport(SlowTransport(clock: clock, body: "{}"))
        let account = try #require(ResolvedAccount(settings(tokenEndpoint)))
        _ = await endpoint(transport).askForItself(account, key: nil)
        #expect(transport.calls.map(\.isDirect) == [isDirect])
    }
}
