import Accounts
import FoundationEssentials
import OAuth
import Testing
import Text

struct ServerRequestTests {
    private func account(_ settings: AccountSettings) throws -> ResolvedAccount {
        try #require(ResolvedAccount(settings))
    }

    // AUTH-3, PKCE-4, TOKEN-1
    @Test func `a public client redeems a code with its id and the verifier`() throws {
        let request = try AuthorizationRequest.example(exampleSettings())
        let post = ServerRequest.redeem(Secret("a code"), of: request, proof: .name)
        #expect(
            post.fields == [
                "grant_type": "authorization_code", "code": "a code", "client_id": "my app",
                "redirect_uri": "http://127.0.0.1:4711/callback",
                "code_verifier": request.pkce.verifier.expose(),
            ])
        #expect(post.header("Authorization") == nil)
    }

    // AUTH-1, AUTH-2
    @Test func `HTTP Basic encodes id and secret, and the body has neither`() throws {
        let post = ServerRequest.refresh(
            Secret("r"), scope: Scope(["mail"]), account: try account(exampleSettings()),
            proof: .basic(Secret("ä: +b")))
        let expected = Data("my%20app:%C3%A4%3A%20%2Bb".utf8).base64EncodedString()
        #expect(post.header("Authorization") == "Basic \(expected)")
        #expect(post.fields == ["grant_type": "refresh_token", "refresh_token": "r", "scope": "mail"])
    }

    // AUTH-1, AUTHZ-2, RES-1
    @Test func `a configured parameter can't replace one of the protocol`() throws {
        var settings = try exampleSettings(client: Client(id: "id"))
        settings.traits.tokenParameters = [FormField("client_id", "evil"), FormField("audience", "api")]
        settings.resource = ["https://api.example/"]
        let post = ServerRequest.refresh(
            Secret("r"), scope: Scope([]), account: try account(settings), proof: .post(Secret("s")))
        #expect(
            post.fields == [
                "grant_type": "refresh_token", "refresh_token": "r", "client_id": "id", "client_secret": "s",
                "audience": "api", "resource": "https://api.example/",
            ])
    }

    // RES-1
    @Test func `each resource is sent in both requests`() throws {
        var settings = try exampleSettings()
        settings.resource = ["https://a.example/", "https://b.example/x"]
        let request = try AuthorizationRequest.example(settings)
        func resources(_ fields: [FormField]) -> [String] { fields.filter { $0.name == "resource" }.map(\.value) }
        #expect(resources(request.fields) == settings.resource)
        let post = ServerRequest.redeem(Secret("c"), of: request, proof: .name)
        #expect(resources(FormEncoding.decode(post.body.expose()) ?? []) == settings.resource)
    }

    // AUTH-1, AUTH-4
    @Test func `a client assertion is sent without a secret`() throws {
        let post = ServerRequest.clientCredentials(
            scope: Scope(["mail"]), account: try account(exampleSettings()), proof: .assertion(Secret("a.b.c")))
        // CC-1
        #expect(
            post.fields == [
                "grant_type": "client_credentials", "scope": "mail", "client_id": "my app", "client_assertion": "a.b.c",
                "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ])
        #expect(post.header("Authorization") == nil)
    }

    // DEVICE-1
    @Test func `a device polls with its code and the URN`() throws {
        let document =
            #"{"device_code":"d","user_code":"ABCD-WXYZ","verification_uri":"https://as.example/d","#
            + #""verification_uri_complete":"https://as.example/d?code=q7w8e9r0t1&x=1"}"#
        let device = try #require(DeviceAuthorization(Data(document.utf8)))
        let post = ServerRequest.poll(device, account: try account(exampleSettings()), proof: .name)
        #expect(
            post.fields == [
                "grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "d", "client_id": "my app",
            ])
        // MASK-1
        let mask = SecretMask(post.secrets)
        #expect(
            mask.cover("abcd wxyz, q7w8e9r0t1: see https://as.example/d")
                == "<secret>, <secret>: see https://as.example/d")
    }

    // REVOKE-1
    @Test func `a revocation names the token, its kind and the client`() throws {
        let post = ServerRequest.revoke(
            Secret("r"), hint: "refresh_token", at: try EndpointURL("https://as.example/revoke"),
            account: try account(exampleSettings()), proof: .name)
        #expect(post.endpoint.text == "https://as.example/revoke")
        #expect(post.fields == ["token": "r", "token_type_hint": "refresh_token", "client_id": "my app"])
    }

    // PAR-1, PAR-2
    @Test func `the URL's parameters are pushed, and the URL then has only two`() throws {
        var settings = try exampleSettings(authorization: "https://as.example/authorize")
        settings.traits.authorizationParameters = [FormField("prompt", "login")]
        let request = try AuthorizationRequest.example(settings)
        let post = ServerRequest.push(
            request, at: try EndpointURL("https://as.example/par"), proof: .basic(Secret("s")))
        let asked = Dictionary(request.fields.map { ($0.name, $0.value) }) { $1 }
        #expect(post.fields == asked)
        #expect(post.fields["request_uri"] == nil)
        #expect(post.header("Authorization") != nil)
        let url = request.url(pushedAs: "urn:x:1")
        #expect(url == "https://as.example/authorize?client_id=my+app&request_uri=urn%3Ax%3A1")
    }

    // KEEP-2
    @Test func `the description of a request shows none of its content`() throws {
        let post = ServerRequest.refresh(
            Secret("r3fr3sh"), scope: Scope([]), account: try account(exampleSettings()), proof: .post(Secret("s3cr3t"))
        )
        #expect(!"\(post)".contains("r3fr3sh") && !"\(post)".contains("s3cr3t"))
    }
}

struct ClientMethodTests {
    private static let secret = Client(
        id: "x", secret: .literal(Secret("s")), authentication: .clientSecretBasic, choosesMethod: true)
    private static let key = Client(
        id: "x", secret: .literal(Secret("s")), key: ClientKey(path: "/k"), certificate: "/c",
        authentication: .clientSecretBasic, choosesMethod: true)

    // AUTH-4, META-3
    @Test(
        arguments: [
            (secret, nil, .clientSecretBasic), (secret, ["client_secret_post"], .clientSecretPost),
            (secret, ["client_secret_post", "client_secret_basic"], .clientSecretBasic),
            (secret, ["private_key_jwt"], .clientSecretBasic), (key, ["private_key_jwt", "none"], .privateKeyJWT),
            (key, ["tls_client_auth"], .tlsClientAuth),
            (key, ["self_signed_tls_client_auth", "client_secret_post"], .selfSignedTLSClientAuth),
        ] as [(Client, [String]?, ClientAuthentication)])
    func `the server's metadata selects among the methods that the client supports`(
        _ client: Client, _ supported: [String]?, _ method: ClientAuthentication
    ) {
        #expect(client.method(among: supported) == method)
    }

    @Test func `a configured method isn't changed`() {
        var client = Self.secret
        client.choosesMethod = false
        #expect(client.method(among: ["client_secret_post"]) == .clientSecretBasic)
    }
}
