import Accounts
import FoundationEssentials
import OAuth
import Testing
import Text

struct TraitRequestTests {
    private func settings(_ change: (inout ServerTraits) -> Void) throws -> AccountSettings {
        var settings = try exampleSettings()
        settings.traits = ServerTraits(change)
        return settings
    }

    private func refresh(_ settings: AccountSettings, _ proof: ClientProof = .name) throws -> ServerRequest {
        ServerRequest.refresh(
            Secret("r"), scope: Scope(["mail"]), account: try #require(ResolvedAccount(settings)), proof: proof)
    }

    // C3
    @Test func `id and secret aren't encoded for HTTP Basic if the server doesn't decode them`() throws {
        let post = try refresh(settings { $0.encodesBasic = false }, .basic(Secret("ä: +b")))
        #expect(post.header("Authorization") == "Basic \(Data("my app:ä: +b".utf8).base64EncodedString())")
    }

    // C3
    @Test func `HTTP Basic with an empty password ends with the colon`() throws {
        let post = try refresh(settings { $0.sendsEmptySecret = true }, .basic(Secret("")))
        #expect(post.header("Authorization") == "Basic \(Data("my%20app:".utf8).base64EncodedString())")
        #expect(post.fields["client_id"] == nil)
    }

    // C4
    @Test func `without PKCE neither the challenge nor the verifier is sent`() throws {
        let request = try AuthorizationRequest.example(settings { $0.usesPKCE = false })
        #expect(request.value("code_challenge") == nil && request.value("code_challenge_method") == nil)
        #expect(request.value("state") == request.state.expose())
        let post = ServerRequest.redeem(Secret("c"), of: request, proof: .name)
        #expect(post.fields["code_verifier"] == nil && post.fields["code"] == "c")
    }

    // C5
    @Test func `a JSON body has a member for each parameter, and an array for a repeated one`() throws {
        var settings = try settings { $0.bodyFormat = .json }
        settings.resource = ["https://a.example/", "https://b.example/"]
        let post = try refresh(settings)
        #expect(post.header("Content-Type") == "application/json")
        #expect(
            post.body.expose() == """
                {"client_id":"my app","grant_type":"refresh_token","refresh_token":"r",\
                "resource":["https://a.example/","https://b.example/"],"scope":"mail"}
                """)
    }

    // C5
    @Test func `a pushed request is sent as a form`() throws {
        let request = try AuthorizationRequest.example(settings { $0.bodyFormat = .json })
        let post = ServerRequest.push(request, at: try EndpointURL("https://as.example/par"), proof: .name)
        #expect(post.header("Content-Type") == FormEncoding.mediaType)
    }

    // C5
    @Test func `additional headers are sent once and replace ours`() throws {
        let post = try refresh(
            settings {
                $0.requestHeaders = [FormField("User-Agent", "linux:desk"), FormField("accept", "text/json")]
            })
        #expect(post.header("User-Agent") == "linux:desk")
        #expect(post.headers.filter { $0.name.lowercased() == "accept" }.map(\.value) == ["text/json"])
        #expect(post.header("Content-Type") == FormEncoding.mediaType)
    }

    // C6
    @Test func `a resource that isn't a URI is sent as a parameter unless the account states resources`() throws {
        var settings = try settings {
            $0.tokenParameters = [FormField("resource", "00000002-0000")]
            $0.authorizationParameters = [FormField("resource", "00000002-0000")]
        }
        #expect(try refresh(settings).fields["resource"] == "00000002-0000")
        #expect(try AuthorizationRequest.example(settings).value("resource") == "00000002-0000")
        settings.resource = ["https://api.example/"]
        #expect(try refresh(settings).fields["resource"] == "https://api.example/")
        let fields = try AuthorizationRequest.example(settings).fields
        #expect(fields.filter { $0.name == "resource" }.map(\.value) == ["https://api.example/"])
    }

    // C7
    @Test(arguments: [(true, "consent"), (false, nil)])
    func `the prompt that OpenID Connect requires can be left out`(_ prompts: Bool, _ sent: String?) throws {
        var settings = try settings { $0.promptsForOfflineAccess = prompts }
        settings.scope = Scope(["openid", "offline_access"])
        #expect(try AuthorizationRequest.example(settings).value("prompt") == sent)
    }

    @Test func `the scope is sent under the server's parameter name and with its separator`() throws {
        let settings = try settings {
            $0.scopeParameter = "user_scope"
            $0.scopeSeparator = .comma
        }
        let request = try AuthorizationRequest.example(settings)
        #expect(request.value("user_scope") == "mail,calendar" && request.value("scope") == nil)
    }

    @Test func `a refresh sends no scope if the server refuses it`() throws {
        #expect(try refresh(settings { $0.sendsScopeOnRefresh = false }).fields["scope"] == nil)
        #expect(try refresh(settings { _ in }).fields["scope"] == "mail")
    }

    // C9, JWTB-1
    @Test
    func `an assertion replaces a client's id but is sent beside other client authentication`()
        throws
    {
        let account = try #require(ResolvedAccount(try settings { _ in }))
        let post = ServerRequest.assert(Secret("a.b.c"), scope: Scope(["mail"]), account: account, proof: .name)
        #expect(
            post.fields == [
                "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "a.b.c", "scope": "mail",
            ])
        let other = ServerRequest.assert(Secret("a"), scope: Scope([]), account: account, proof: .post(Secret("s")))
        #expect(other.fields["client_id"] == "my app" && other.fields["client_secret"] == "s")
        #expect(other.fields["scope"] == nil)
    }

    // STEP-1
    @Test func `a consent's demands take precedence over the settings, and no parameter is sent twice`() throws {
        let settings = try settings {
            $0.authorizationParameters = [FormField("max_age", "3600"), FormField("ui", "x")]
        }
        var account = try #require(ResolvedAccount(settings))
        account.demands = ConsentDemands(claims: #"{"id_token":{}}"#, acrValues: "urn:mfa", maxAge: 0)
        var random = SystemRandomNumberGenerator()
        let request = AuthorizationRequest(
            account: account, endpoint: try EndpointURL("https://as.example/authorize"),
            redirectURI: "http://127.0.0.1:1/", using: &random)
        #expect(request.value("claims") == #"{"id_token":{}}"#)
        #expect(request.value("acr_values") == "urn:mfa")
        #expect(request.fields.filter { $0.name == "max_age" }.map(\.value) == ["0"])
        #expect(request.value("ui") == "x")
    }

    // D5
    @Test(
        arguments: [
            ("https://{tenantid}.ciamlogin.com/{tenantid}/v2.0", "https://ab-1.ciamlogin.com/ab-1/v2.0", true),
            ("https://{tenantid}.ciamlogin.com/{tenantid}/v2.0", "https://ab-1.ciamlogin.com/ab-2/v2.0", false),
            ("https://{tenantid}.ciamlogin.com/{tenantid}/v2.0", "https://ab-1.evil.example/ab-1/v2.0", false),
            ("https://c.b2clogin.com/{tenantid}/v2.0/", "https://c.b2clogin.com/ab-1/v2.0/", true),
            ("https://c.b2clogin.com/{tenantid}/v2.0/", "https://c.b2clogin.com/ab-1/v2.0", false),
            ("https://c.b2clogin.com/{tenantid}/v2.0/", "https://c.b2clogin.com//v2.0/", false),
        ])
    func `an issuer's template matches one tenant at a time, wherever its placeholder is`(
        _ template: String, _ issuer: String, _ matches: Bool
    ) {
        #expect(Issuer("https://other.example", template: template).matches(issuer) == matches)
    }
}

struct ScopeMatchingTests {
    // D2
    @Test(
        arguments: [
            // Upper and lower case as the server writes it.
            (.ignoreCase, "imap.access offline", "IMAP.Access", "imap.access"),
            (.exact, "imap.access", "IMAP.Access", "IMAP.Access"),
            // With or without the resource, on either side.
            (.resourcePrefix, "https://graph.example/User.Read", "User.Read", "https://graph.example/User.Read"),
            (.resourcePrefix, "user.read", "https://graph.example/User.Read", "user.read"),
            (.ignoreCase, "https://graph.example/User.Read", "User.Read", "User.Read"),
            // A scope of the same name for another resource is a different scope.
            (
                .resourcePrefix, "https://a.example/User.Read", "https://b.example/User.Read",
                "https://b.example/User.Read"
            ),
            // `.default` stands for all scopes of a resource.
            (
                .resourcePrefix, "https://graph.example/.default", "https://graph.example/Mail.Read",
                "https://graph.example/Mail.Read https://graph.example/.default"
            ),
            (
                .resourcePrefix, "https://graph.example//.default", "User.Read",
                "User.Read https://graph.example//.default"
            ),
            (.resourcePrefix, "https://graph.example/.default", "openid", "openid"),
            (.resourcePrefix, "https://a.example/.default", "https://b.example/X", "https://b.example/X"),
        ] as [(ScopeMatching, String, String, String)])
    func `a granted scope is reported in the spelling in which it was requested`(
        _ matching: ScopeMatching, _ asked: String, _ granted: String, _ told: String
    ) {
        #expect(matching.granted(Scope(parsing: granted), asked: Scope(parsing: asked)) == Scope(parsing: told))
    }

    // D2
    @Test func `a reply's scope is interpreted by the server's traits`() {
        let tokens = IssuedTokens(accessToken: Secret("a"), scope: Scope(["MAIL"]))
        let traits = ServerTraits { $0.scopeMatching = .ignoreCase }
        #expect(traits.reading(tokens, asked: Scope(["mail"])).scope == Scope(["mail"]))
        #expect(ServerTraits().reading(tokens, asked: Scope(["mail"])) == tokens)
    }
}
