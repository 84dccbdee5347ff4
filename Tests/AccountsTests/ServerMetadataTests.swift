import Accounts
import FoundationEssentials
import OAuth
import Testing
import Text

struct ServerMetadataTests {
    // META-1
    @Test(arguments: [
        (
            "https://as.example",
            [
                "https://as.example/.well-known/oauth-authorization-server",
                "https://as.example/.well-known/openid-configuration",
            ]
        ),
        (
            "https://as.example/",
            [
                "https://as.example/.well-known/oauth-authorization-server",
                "https://as.example/.well-known/openid-configuration",
            ]
        ),
        (
            "https://as.example:8443/tenant/1",
            [
                "https://as.example:8443/.well-known/oauth-authorization-server/tenant/1",
                "https://as.example:8443/tenant/1/.well-known/openid-configuration",
                "https://as.example:8443/.well-known/openid-configuration/tenant/1",
                "https://as.example:8443/tenant/1/.well-known/oauth-authorization-server",
            ]
        ),
    ])
    func `the well-known part is inserted between host and path, or after it`(_ issuer: String, _ urls: [String]) {
        #expect(ServerMetadata.locations(of: issuer) == urls)
    }

    // META-2
    @Test(arguments: [
        #"{"issuer":"https://as.example/"}"#, #"{"issuer":"https://AS.example"}"#, #"{"issuer":"http://as.example"}"#,
        #"{"issuer":"https://as.example.evil.example"}"#, #"{"issuer":17}"#, "{}", "[]", "", "<html>",
        #"{"issuer":"https://as.example""#,
    ])
    func `a document about another issuer is rejected`(_ document: String) throws {
        let settings = try exampleSettings()
        let issuer = try #require(settings.expectedIssuer)
        #expect(throws: MetadataFault.self) { try ServerMetadata(Data(document.utf8), of: issuer) }
    }

    // META-2
    @Test(arguments: [
        ("https://login.example/{tenantid}/v2.0", true), ("https://login.example/9188-ab/v2.0", true),
        ("https://login.example/common/v2.0", true), ("https://login.example//v2.0", false),
        ("https://login.example/a/b/v2.0", false), ("https://login.example/v2.0", false),
        ("https://evil.example/9188-ab/v2.0", false),
    ])
    func `a preset's template matches every tenant`(_ issuer: String, _ isTaken: Bool) throws {
        var settings = try exampleSettings(issuer: "https://login.example/common/v2.0")
        settings.traits.issuerTemplate = "https://login.example/{tenantid}/v2.0"
        let document = Data("{\"issuer\":\"\(issuer)\"}".utf8)
        let templated = try #require(settings.expectedIssuer)
        #expect(((try? ServerMetadata(document, of: templated)) != nil) == isTaken)
        settings.traits.issuerTemplate = nil
        let exact = try #require(settings.expectedIssuer)
        #expect(((try? ServerMetadata(document, of: exact)) != nil) == (issuer == settings.issuer))
    }

    // META-3
    @Test func `configured endpoints take precedence over the metadata`() throws {
        var settings = try exampleSettings()
        settings.endpoints = Endpoints(revocation: try EndpointURL("https://mine.example/revoke"))
        let metadata = try exampleMetadata(
            #"""
            "authorization_endpoint":"https://as.example/a","token_endpoint":"https://as.example/t",
            "revocation_endpoint":"https://as.example/r","device_authorization_endpoint":"http://as.example/plain",
            "jwks_uri":"https://as.example/k","require_pushed_authorization_requests":true,
            "authorization_response_iss_parameter_supported":true,"x":[{}]
            """#, settings: settings)
        let account = try #require(ResolvedAccount(settings, metadata: metadata))
        #expect(account.tokenEndpoint.text == "https://as.example/t")
        #expect(account.settings.endpoints.authorization?.text == "https://as.example/a")
        #expect(account.settings.endpoints.revocation?.text == "https://mine.example/revoke")
        // TLS-1
        #expect(account.settings.endpoints.deviceAuthorization == nil)
        #expect(account.keys?.text == "https://as.example/k")
        #expect(account.promisesIssuer && account.pushesRequest)
    }

    @Test func `an account without a token endpoint can't be resolved`() throws {
        var settings = try exampleSettings()
        settings.endpoints = Endpoints()
        #expect(ResolvedAccount(settings, metadata: try exampleMetadata(settings: settings)) == nil)
    }

    @Test func `a client with a certificate uses the endpoints for certificates`() throws {
        var settings = try exampleSettings(
            client: Client(
                id: "x", key: ClientKey(path: "/k"), certificate: "/c", authentication: .tlsClientAuth))
        settings.endpoints = Endpoints()
        let metadata = try exampleMetadata(
            #"""
            "token_endpoint":"https://as.example/t","revocation_endpoint":"https://as.example/r",
            "mtls_endpoint_aliases":{"token_endpoint":"https://mtls.as.example/t"}
            """#, settings: settings)
        let account = try #require(ResolvedAccount(settings, metadata: metadata))
        #expect(account.tokenEndpoint.text == "https://mtls.as.example/t")
        #expect(account.settings.endpoints.revocation?.text == "https://as.example/r")
    }
}

struct PromisedIssuerTests {
    private func check(_ metadata: String, issuer: String?, _ fields: (String, String)...) throws
        -> AuthorizationResponse
    {
        let settings = try exampleSettings(issuer: issuer)
        let known = issuer == nil ? nil : try exampleMetadata(metadata, settings: settings)
        let request = try AuthorizationRequest.example(settings, metadata: known)
        return request.check([FormField("state", request.state.expose())] + fields.map { FormField($0.0, $0.1) })
    }

    // ISS-2
    @Test(arguments: [("code", nil), ("error", "x"), ("error_message", "error_message: x")])
    func `a response without the promised issuer is rejected, even an error`(
        _ kind: String, _ said: String?
    ) throws {
        let promise = #""authorization_response_iss_parameter_supported":true"#
        #expect(try check(promise, issuer: "https://as.example", (kind, "x")) == .mixedUp(issuer: nil, said: said))
        let good = try check(promise, issuer: "https://as.example", ("code", "x"), ("iss", "https://as.example"))
        #expect(good == .code(Secret("x")))
    }

    // ISS-3
    @Test func `an unannounced issuer is accepted if it is right or can't be checked`() throws {
        #expect(try check("", issuer: "https://as.example", ("code", "x")) == .code(Secret("x")))
        let right = try check("", issuer: "https://as.example", ("code", "x"), ("iss", "https://as.example"))
        #expect(right == .code(Secret("x")))
        #expect(try check("", issuer: nil, ("code", "x"), ("iss", "https://who.example")) == .code(Secret("x")))
    }

    // C10
    @Test func `endpoints without TLS in a remote server's metadata are ignored, even on this machine`() throws {
        let endpoints = """
            "token_endpoint":"http://127.0.0.1:8080/t","authorization_endpoint":"HTTP://localhost/a",
            "device_authorization_endpoint":"http://[::1]/d","jwks_uri":"http://127.0.0.1/k",
            "revocation_endpoint":"https://127.0.0.1/r","mtls_endpoint_aliases":{"token_endpoint":"http://127.0.0.1/m"}
            """
        let metadata = try exampleMetadata(endpoints, settings: exampleSettings())
        #expect(metadata.endpoints == Endpoints(revocation: try EndpointURL("https://127.0.0.1/r")))
        #expect(metadata.keys == nil && metadata.certificateEndpoints == Endpoints())
        let local = try ServerMetadata(
            Data("{\"issuer\":\"http://127.0.0.1:8080\",\(endpoints)}".utf8), of: Issuer("http://127.0.0.1:8080"))
        #expect(local.endpoints.token?.text == "http://127.0.0.1:8080/t" && local.keys != nil)
        #expect(local.endpoints.deviceAuthorization != nil && local.certificateEndpoints.token != nil)
    }
}
