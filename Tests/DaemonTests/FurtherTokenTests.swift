import APIContract
import APIServer
import Accounts
import AuthorizationServer
import Failures
import FoundationEssentials
import Glibc
import Grants
import HTTPTransport
import OAuth
import TestStores
import Testing
import Text

@testable import Daemon

/// Several access tokens of one consent, at a real authorization server that rotates refresh tokens.
@Suite(.timeLimit(.minutes(5))) struct FurtherTokenTests {
    private static let mail = "https://mail.example/read"
    private static let graph = "https://graph.example/user"
    private static let ads = "https://ads.example/manage"

    /// An account with scopes of three resources, of which a token has those of one.
    private static func account(_ server: AuthorizationServer) throws -> AccountSettings {
        var account = try AccountSettings.discovered(server, scope: "\(mail) offline_access")
        account.tokens = ["graph": TokenTarget(scope: Scope([graph])), "ads": TokenTarget(scope: Scope([ads]))]
        return account
    }

    private static func oneResource(_ settings: inout ServerSettings) {
        settings.quirks.issuesForOneResource = true
    }

    // D8, REFRESH-1
    @Test func `one consent gives a token for each resource, and each refresh sends the newest refresh token`()
        async throws
    {
        try await Rig.run(Self.oneResource, account: Self.account) { rig in
            try await rig.consent(endingAs: .granted)
            for name in ["ads", "graph"] { _ = try await rig.token(TokenQuery(account: "demo", token: name)).get() }
            let requests = rig.server.activity.tokenRequests()
            #expect(
                requests.map { $0.parameters["scope"]?.expose() }
                    == ["\(Self.mail) offline_access", Self.ads, Self.graph])
            let used = requests.compactMap { $0.parameters["refresh_token"] }
            #expect(Set(used).count == 2)
            for (name, resource) in [("ads", "https://ads.example"), ("graph", "https://graph.example")] {
                let handed = try await rig.token(TokenQuery(account: "demo", token: name)).get()
                #expect(try await rig.audience(handed) == [resource])
            }
            let own = try await rig.token(TokenQuery(account: "demo")).get()
            #expect(try await rig.audience(own) == ["https://mail.example"])
            #expect(rig.server.activity.refreshes.count == 2)
            // The tokens that the configuration names are stored with the grant.
            #expect(rig.store["demo"]?.further.keys.sorted() == ["ads", "graph"])
            #expect(rig.store["demo"]?.grant.refreshToken == rig.grant?.refreshToken)
        }
    }

    // D8
    @Test func `a refused scope is said of its token only, and the others are refreshed`() async throws {
        try await Rig.run(
            {
                Self.oneResource(&$0)
                $0.quirks.refusedScopes = [Self.ads]
            }, account: Self.account
        ) { rig in
            try await rig.consent(endingAs: .granted)
            let refused = await rig.token(TokenQuery(account: "demo", token: "ads"))
            guard case .failure(let problem) = refused else { throw Unexpected() }
            #expect(problem.code == .configurationError && problem.detail.hasPrefix("demo/ads: "))
            #expect(problem.hint?.contains("[accounts.demo.tokens.ads]") == true)
            #expect(
                try await rig.audience(rig.token(TokenQuery(account: "demo", token: "graph")).get())
                    == ["https://graph.example"])
            guard case .token = await rig.refresh() else { throw Unexpected() }
            let report = try rig.api.account("demo").get()
            #expect(report.state == .active && report.lastError == nil)
            #expect(report.tokens?.map(\.token) == ["ads", "graph"])
            #expect(report.tokens?.map(\.state) == [.refused, .active])
            #expect(report.tokens?.first?.lastError?.code == "invalid_scope")
            #expect(report.tokens?.last?.expiresIn == 3600)
        }
    }

    @Test func `a token of a resource that the request names is cached, and one of another scope is another token`()
        async throws
    {
        try await Rig.run(account: { server in
            var account = try AccountSettings.discovered(server, scope: "mail send offline_access")
            account.resource = ["https://a.example", "https://b.example"]
            return account
        }) { rig in
            try await rig.consent(endingAs: .granted)
            let query = TokenQuery(account: "demo", resource: "https://b.example")
            let first = try await rig.token(query).get()
            #expect(try await rig.audience(first) == ["https://b.example"])
            #expect(try await rig.token(query).get() == first)
            let send = try await rig.token(TokenQuery(account: "demo", scope: "send")).get()
            #expect(send.scope == ["send"] && send.accessToken != first.accessToken)
            #expect(try await rig.audience(send) == ["https://a.example", "https://b.example"])
            // The order of scopes makes no other token.
            let both = try await rig.token(TokenQuery(account: "demo", scope: "send mail")).get()
            #expect(try await rig.token(TokenQuery(account: "demo", scope: "mail send")).get() == both)
            #expect(rig.server.activity.refreshes.count == 3)
            let own = try await rig.token(TokenQuery(account: "demo", scope: "offline_access send mail")).get()
            #expect(own.accessToken == rig.token?.accessToken.expose())
            #expect(rig.server.activity.refreshes.count == 3)
            let fresh = await rig.token(TokenQuery(account: "demo", scope: "mail send offline_access", isFresh: true))
            #expect(try fresh.get().accessToken != own.accessToken)
            #expect(rig.server.activity.refreshes.count == 4)
        }
    }

    @Test(arguments: [
        (TokenQuery(account: "demo", scope: "other"), FailureCode.configurationError, "NAME"),
        (TokenQuery(account: "demo", resource: "https://other.example"), .configurationError, "NAME"),
        (TokenQuery(account: "demo", token: "grpah"), .noSuchToken, "did you mean demo/graph?"),
        (TokenQuery(account: "demo", token: "zzzzzzzz"), .noSuchToken, "ads, graph"),
        (TokenQuery(account: "demi", token: "graph"), .noSuchAccount, "did you mean demo?"),
        (TokenQuery(account: "demo", scope: "a  b"), .malformedRequest, "printable"),
        (TokenQuery(account: "demo", scope: " a"), .malformedRequest, "printable"),
        (TokenQuery(account: "demo", scope: "a\"b"), .malformedRequest, "printable"),
        (TokenQuery(account: "demo", scope: "ä"), .malformedRequest, "printable"),
        (TokenQuery(account: "demo", resource: "https://a.example/#part"), .malformedRequest, ""),
        (TokenQuery(account: "demo", resource: "a.example"), .malformedRequest, ""),
    ])
    func `a token that can't be given is refused with what to do`(
        query: TokenQuery, code: FailureCode, hint: String
    ) async throws {
        try await Rig.run(account: Self.account) { rig in
            try await rig.consent(endingAs: .granted)
            guard case .failure(let problem) = await rig.token(query) else { throw Unexpected() }
            #expect(problem.code == code)
            #expect(hint.isEmpty ? problem.hint == nil : problem.hint?.contains(hint) == true, "\(problem)")
        }
    }

    @Test func `a client that acts for itself requests each token on its own`() async throws {
        try await Rig.run(account: { server in
            let client = Client(
                id: "deskc", secret: .literal(Secret("looking-glass")), authentication: .clientSecretBasic)
            var account = try AccountSettings.discovered(server, client: client, scope: "mail")
            account.flow = .clientCredentials
            account.tokens = [
                "files": TokenTarget(scope: Scope(["files"]), resource: ["https://files.example"]),
                "named": TokenTarget(audience: "api"),
            ]
            return account
        }) { rig in
            let files = try await rig.token(TokenQuery(account: "demo", token: "files")).get()
            #expect(files.scope == ["files"])
            #expect(try await rig.audience(files) == ["https://files.example"])
            _ = try await rig.token(TokenQuery(account: "demo", token: "named")).get()
            _ = try await rig.token(TokenQuery(account: "demo")).get()
            let requests = rig.server.activity.tokenRequests()
            #expect(requests.contains { $0.parameters["audience"] == Secret("api") && $0.parameters["scope"] == nil })
            #expect(requests.contains { $0.parameters["scope"] == Secret("mail") && $0.parameters["audience"] == nil })
            #expect(requests.allSatisfy { $0.parameters["grant_type"] == Secret("client_credentials") })
        }
    }

    @Test func `a refused token that is a further one is refreshed itself`() async throws {
        try await Rig.run(account: Self.account) { rig in
            try await rig.consent(endingAs: .granted)
            _ = try await rig.token(TokenQuery(account: "demo", token: "ads")).get()
            let graph = try await rig.token(TokenQuery(account: "demo", token: "graph")).get()
            let own = rig.token
            rig.clock.advance(by: .seconds(60))
            let handed = try await rig.replace(graph.accessToken).get()
            #expect(handed.accessToken != graph.accessToken && handed.scope == [Self.graph])
            #expect(rig.token == own)
            #expect(rig.lastTokenRequest?.parameters["scope"] == Secret(Self.graph))
        }
    }

    @Test func `a logout ends every token here and at the server`() async throws {
        try await Rig.run(account: Self.account) { rig in
            try await rig.consent(endingAs: .granted)
            let handed = try await rig.token(TokenQuery(account: "demo", token: "graph")).get()
            _ = try await rig.token(TokenQuery(account: "demo", token: "ads")).get()
            _ = try await rig.api.logout("demo").get()
            for name in ["graph", "ads"] {
                let key = TokenKey(account: "demo", token: .named(name))
                #expect(rig.keeper.board.token(of: key) == nil)
                guard case .failure(let problem) = await rig.token(TokenQuery(account: "demo", token: name)) else {
                    throw Unexpected()
                }
                #expect(problem.code == .consentRequired && problem.detail == "demo isn't logged in")
            }
            await #expect(throws: Unexpected.self) { try await rig.audience(handed) }
        }
    }
}

extension Rig {
    private var caller: Caller { Caller(socket: "main", user: geteuid(), group: getegid(), process: getpid()) }

    func token(_ query: TokenQuery) async -> Result<HandedToken, Problem> {
        await withCheckedContinuation { continuation in
            _ = api.token(query, caller) { continuation.resume(returning: $0) }
        }
    }

    /// Reports a token that a server has refused.
    func replace(_ refused: String, of account: String = "demo") async -> Result<HandedToken, Problem> {
        await withCheckedContinuation { continuation in
            _ = api.replace(refused, TokenQuery(account: account), caller) { continuation.resume(returning: $0) }
        }
    }

    /// The resources that the server lets the token be used at; throws where it doesn't know the token.
    func audience(_ token: HandedToken) async throws -> [String] {
        struct Body: Decodable { var aud: [String]? }
        let request = HTTPCall(.get, server.resource, headers: [("Authorization", "Bearer \(token.accessToken)")])
        let reply = try await transport.send(request).get()
        guard reply.status == 200 else { throw Unexpected() }
        return try JSONDecoder().decode(Body.self, from: Data(reply.body)).aud ?? []
    }
}
