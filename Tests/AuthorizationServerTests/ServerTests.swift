import AuthorizationServer
import FoundationEssentials
import NIOHTTP1
import OAuth
import Testing
import Text

/// Tests with real requests over loopback.
@Suite(.timeLimit(.minutes(5))) struct ServerTests {
    private static func authorizationURL(_ server: AuthorizationServer) -> String {
        server.authorizationEndpoint + "?"
            + FormEncoding.encode([
                FormField("response_type", "code"), FormField("client_id", "desk"),
                FormField("redirect_uri", "http://127.0.0.1:4711/"), FormField("state", "xyz"),
                FormField("code_challenge", Lab.challenge), FormField("code_challenge_method", "S256"),
            ])
    }

    private static func tokens(_ reply: LoopbackClient.Reply) throws -> Tokens {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Tokens.self, from: Data(reply.body.utf8))
    }

    @Test func `sign-in, consent, code, token, resource, refresh`() async throws {
        try await withAuthorizationServer { server in
            let client = LoopbackClient(port: server.port)
            let signIn = try await client.get(String(Self.authorizationURL(server).dropFirst(server.issuer.count)))
            #expect(signIn.head.status == .ok)
            let account = ["username": "alice", "password": "wonderland"]
            let consent = try await client.post("/sign-in", hiddenFields(of: signIn.body).merging(account) { $1 })
            #expect(consent.head.status == .ok)
            let back = try await client.post(
                "/consent", hiddenFields(of: consent.body).merging(["decision": "allow"]) { $1 })
            #expect(back.head.status == .seeOther)
            let location = try #require(back.head.headers.first(name: "location"))
            let fields = try #require(FormEncoding.decode(location.drop { $0 != "?" }.dropFirst()))
            #expect(fields.contains(FormField("state", "xyz")))
            #expect(fields.contains(FormField("iss", server.issuer)))
            let code = try #require(fields.first { $0.name == "code" }?.value)
            let redeemed = try await client.post(
                "/token",
                [
                    "grant_type": "authorization_code", "code": code, "client_id": "desk",
                    "redirect_uri": "http://127.0.0.1:4711/", "code_verifier": Lab.verifier,
                ])
            let tokens = try Self.tokens(redeemed)
            let resource = try await client.get("/resource", bearer: tokens.accessToken)
            #expect(resource.head.status == .ok)
            #expect(resource.body.contains("\"name\":\"alice\""))
            let refreshed = try await client.post(
                "/token",
                ["grant_type": "refresh_token", "refresh_token": tokens.refreshToken ?? "", "client_id": "desk"])
            #expect(refreshed.head.status == .ok)
            #expect(server.activity.refreshes.count == 1)
        }
    }

    @Test func `a test can play the user without HTTP`() async throws {
        try await withAuthorizationServer { server in
            let url = Self.authorizationURL(server)
            let yes = server.answer(authorizationURL: url, user: "alice", password: Secret("wonderland"))
            #expect(yes?.hasPrefix("http://127.0.0.1:4711/?code=") == true)
            let no = server.answer(authorizationURL: url, user: "alice", password: Secret("wonderland"), allow: false)
            #expect(no?.contains("error=access_denied") == true)
            #expect(server.answer(authorizationURL: url, user: "alice", password: Secret("wrong")) == nil)
        }
    }

    @Test func `tokens can be issued and revoked without a request`() async throws {
        try await withAuthorizationServer { server in
            let client = LoopbackClient(port: server.port)
            let tokens = try #require(server.grant(client: "desk", user: "alice", scope: Scope(["profile"])))
            let token = tokens.accessToken.expose()
            #expect(try await client.get("/resource", bearer: token).head.status == .ok)
            server.revokeAllGrants()
            let refused = try await client.get("/resource", bearer: token)
            #expect(refused.head.status == .unauthorized)
            #expect(refused.head.headers.contains(name: "WWW-Authenticate"))
        }
    }

    @Test func `a stalled request waits, and ends without a reply when it is released`() async throws {
        try await withAuthorizationServer { server in
            server.fail(.stall)
            let client = LoopbackClient(port: server.port)
            async let reply = client.post("/token", ["grant_type": "refresh_token", "client_id": "desk"])
            try await server.wait { $0.held == 1 }
            server.release()
            do {
                _ = try await reply
                Issue.record("a reply came")
            } catch is LoopbackClient.HungUp {}
        }
    }

    @Test func `a delayed reply is sent when it is released`() async throws {
        try await withAuthorizationServer { server in
            server.fail(.delay)
            let client = LoopbackClient(port: server.port)
            let tokens = try #require(server.grant(client: "desk", user: "alice", scope: Scope(["profile"])))
            let form = [
                "grant_type": "refresh_token", "refresh_token": tokens.refreshToken?.expose() ?? "",
                "client_id": "desk",
            ]
            async let reply = client.post("/token", form)
            try await server.wait { $0.refreshes.count == 1 && $0.held == 1 }
            server.release()
            #expect(try await reply.head.status == .ok)
        }
    }

    @Test(arguments: [Fault.hangUp, .replyLost])
    func `a connection that ends is a missing reply`(fault: Fault) async throws {
        try await withAuthorizationServer { server in
            server.fail(fault)
            let client = LoopbackClient(port: server.port)
            await #expect(throws: LoopbackClient.HungUp.self) {
                _ = try await client.post("/token", ["grant_type": "refresh_token", "client_id": "desk"])
            }
            #expect(server.activity.tokenRequests().count == 1)
        }
    }

    @Test func `a wait for an event that never comes can be cancelled`() async throws {
        try await withAuthorizationServer { server in
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await server.wait { $0.entries.count == 99 } }
                group.cancelAll()
                await #expect(throws: CancellationError.self) { try await group.next() }
            }
        }
    }

    @Test func `a foreign host name is refused`() async throws {
        try await withAuthorizationServer { server in
            let client = LoopbackClient(port: server.port)
            let foreign = try await client.get("/", host: "evil.example:\(server.port)")
            #expect(foreign.head.status == .badRequest)
            let local = try await client.get("/", host: "localhost:\(server.port)")
            #expect(local.head.status == .ok)
        }
    }

    @Test func `run ends with its task and releases the port`() async throws {
        let server = try await AuthorizationServer.open(.wonderland)
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            group.cancelAll()
        }
        await #expect(throws: (any Error).self) { _ = try await LoopbackClient(port: server.port).get("/") }
    }
}
