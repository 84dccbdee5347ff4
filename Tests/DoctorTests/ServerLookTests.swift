import Accounts
import AuthorizationClient
import Failures
import FoundationEssentials
import Grants
import HTTPTransport
import OAuth
import Secrets
import Synchronization
import Testing

@testable import Doctor

struct ServerLookTests {
    private static let now = Date(timeIntervalSince1970: 784_111_777)

    /// Answers by URL, with 404 for other URLs of the same host, and records what was asked.
    private final class Network: HTTPTransport {
        let replies: [String: HTTPReply]
        let asked = Mutex<[HTTPCall]>([])

        init(_ replies: [String: HTTPReply]) {
            self.replies = replies
        }

        func send(_ call: HTTPCall) async -> Result<HTTPReply, TransportFailure> {
            asked.withLock { $0.append(call) }
            if let reply = replies[call.url] { return .success(reply) }
            let host = call.url.split(separator: "/")[1]
            guard replies.keys.contains(where: { $0.contains("//\(host)/") }) else {
                return .failure(TransportFailure(.nameLookup, "no such host"))
            }
            return .success(HTTPReply(status: 404, body: []))
        }
    }

    private struct Time: Timekeeper {
        let isWallClockSure = true
        func now() -> Moment { Moment(instant: Instant(nanoseconds: 0), wall: ServerLookTests.now) }
        func wake(at instant: Instant?) {}
    }

    private func look(_ network: Network) -> ServerLook {
        let secrets = SecretReader(environment: [:], clock: ContinuousClock())
        return ServerLook(
            transport: network, directory: ServerDirectory(transport: network, time: Time(), secrets: secrets),
            limit: .seconds(1), now: { Self.now }, authorities: { "/expanded\($0)" })
    }

    private func account(
        _ name: String, issuer: String? = nil, token: String? = nil, authority: String? = nil, provider: String? = nil
    ) throws -> AccountSettings {
        var traits = ServerTraits()
        traits.certificateAuthority = authority
        return AccountSettings(
            name: name, provider: provider, issuer: issuer, client: Client(id: "app"),
            endpoints: Endpoints(token: try token.map { try EndpointURL($0) }),
            redirectURI: try RedirectURI("http://localhost"), traits: traits)
    }

    @Test func `each origin is asked once, without credentials, and its clock compared`() async throws {
        let date = ["Date": "Sun, 06 Nov 1994 08:48:37 GMT"]
        let network = Network(["https://as.example/": HTTPReply(status: 404, body: [], headers: date)])
        let facts = await look(network).servers(of: [
            try account("b", issuer: "https://as.example/realm", token: "https://as.example/token"),
            try account("a", token: "https://AS.example/token"), try account("c", token: "https://gone.example/token"),
        ])
        #expect(facts.map(\.origin) == ["https://as.example", "https://gone.example"])
        #expect(facts.map(\.accounts) == [["a", "b"], ["c"]])
        #expect(try facts[0].answer.get().clockLead == 59.5)
        let lost = #expect(throws: TransportFailure.self) { try facts[1].answer.get() }
        #expect(lost?.kind == .nameLookup)
        let calls = network.asked.withLock { $0 }
        #expect(calls.count == 2 && calls.allSatisfy { $0.method == .get && $0.headers.isEmpty && $0.body.isEmpty })
        #expect(calls.allSatisfy { $0.timeout == .seconds(1) && !$0.isDirect })
    }

    @Test func `a server without a date has no clock, and an account's own authority is used`() async throws {
        let network = Network(["https://as.example/": HTTPReply(status: 200, body: [])])
        let facts = await look(network).servers(of: [
            try account("a", token: "https://as.example/token", authority: "/ca.pem")
        ])
        #expect(try facts[0].answer.get().clockLead == nil)
        #expect(network.asked.withLock { $0.map(\.authorities) } == ["/expanded/ca.pem"])
    }

    @Test func `an issuer is compared with its metadata, unless a preset knows it`() async throws {
        func metadata(_ issuer: String) -> HTTPReply {
            HTTPReply(status: 200, body: Array(#"{"issuer":"\#(issuer)"}"#.utf8))
        }
        let path = "/.well-known/oauth-authorization-server"
        let network = Network([
            "https://a.example\(path)": metadata("https://a.example"),
            "https://b.example\(path)": metadata("https://x.example"),
        ])
        let facts = await look(network).issuers(of: [
            try account("a", issuer: "https://a.example"), try account("b", issuer: "https://b.example"),
            try account("b2", issuer: "https://b.example"),
            try account("p", issuer: "https://p.example", provider: "google"),
            try account("none", issuer: "https://c.example", token: "https://c.example/token"),
            try account("needy", issuer: "https://d.example"), try account("plain"),
        ])
        #expect(facts.map(\.issuer) == ["https://a.example", "https://b.example", "https://d.example"])
        #expect(facts.map(\.failure?.code) == [nil, .otherIssuer, .discovery])
        #expect(facts[1].accounts == ["b", "b2"] && facts[1].failure?.hint?.contains("https://x.example") == true)
    }
}
