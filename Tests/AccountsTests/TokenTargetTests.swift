import Accounts
import FoundationEssentials
import OAuth
import Testing
import Text

/// The requests for several access tokens of one consent.
struct TokenTargetTests {
    private func settings() throws -> AccountSettings {
        var settings = try exampleSettings(scope: "mail offline_access")
        settings.resource = ["https://a.example"]
        settings.tokens = [
            "z": TokenTarget(scope: Scope(["mail", "graph"])),
            "b": TokenTarget(resource: ["https://b.example", "https://a.example"]),
            "c": TokenTarget(audience: "api"),
        ]
        return settings
    }

    private func fields(_ request: ServerRequest) -> [FormField] { FormEncoding.decode(request.body.expose()) ?? [] }

    private func values(_ name: String, _ fields: [FormField]) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }

    // RES-1
    @Test func `a consent asks for every scope and every resource once`() throws {
        let request = try AuthorizationRequest.example(settings())
        #expect(values("scope", request.fields) == ["mail offline_access graph"])
        #expect(values("resource", request.fields) == ["https://a.example", "https://b.example"])
        let account = try #require(ResolvedAccount(settings()))
        let device = fields(
            ServerRequest.authorizeDevice(at: account.tokenEndpoint, account: account, proof: .name))
        #expect(values("scope", device) == ["mail offline_access graph"])
        #expect(values("resource", device) == ["https://a.example", "https://b.example"])
    }

    @Test func `the code is redeemed for the account's own scope and resource`() throws {
        let request = try AuthorizationRequest.example(settings())
        let redeemed = fields(ServerRequest.redeem(Secret("c"), of: request, proof: .name))
        #expect(values("scope", redeemed) == ["mail offline_access"])
        #expect(values("resource", redeemed) == ["https://a.example"])
        let document = #"{"device_code":"d","user_code":"ABCD-WXYZ","verification_uri":"https://as.example/d"}"#
        let device = try #require(DeviceAuthorization(Data(document.utf8)))
        let polled = fields(ServerRequest.poll(device, account: request.account, proof: .name))
        #expect(values("scope", polled) == ["mail offline_access"])
        // A request without further scopes is as it was.
        var plain = try settings()
        plain.tokens["z"] = nil
        let other = try AuthorizationRequest.example(plain)
        #expect(values("scope", fields(ServerRequest.redeem(Secret("c"), of: other, proof: .name))).isEmpty)
    }

    @Test func `a refresh for a token sends its scope, its resource and its audience, and nothing of the others`()
        throws
    {
        func refresh(_ name: String) throws -> [FormField] {
            let account = try settings()
            let target = try #require(account.tokens[name])
            var requesting = account.requesting(target)
            requesting.traits.tokenParameters.append(FormField("fixed", "1"))
            let resolved = try #require(ResolvedAccount(requesting))
            return fields(
                ServerRequest.refresh(Secret("r"), scope: requesting.scope, account: resolved, proof: .name))
        }
        let (scoped, resource, audience) = (try refresh("z"), try refresh("b"), try refresh("c"))
        #expect(values("scope", scoped) == ["mail graph"] && values("resource", scoped) == ["https://a.example"])
        #expect(values("scope", resource).isEmpty)
        #expect(values("resource", resource) == ["https://b.example", "https://a.example"])
        #expect(values("audience", audience) == ["api"] && values("audience", scoped).isEmpty)
        #expect(values("fixed", audience) == ["1"])
    }

    @Test func `the audience of a token replaces that of the account`() throws {
        var account = try exampleSettings()
        account.traits.tokenParameters = [FormField("audience", "own"), FormField("x", "y")]
        let requesting = account.requesting(TokenTarget(audience: "api"))
        #expect(requesting.traits.tokenParameters == [FormField("x", "y"), FormField("audience", "api")])
        #expect(account.requesting(TokenTarget(scope: Scope(["a"]))).traits.tokenParameters.count == 2)
    }

    @Test func `a scope openid of a further token asks for a nonce too`() throws {
        var account = try exampleSettings(scope: "mail")
        #expect(try AuthorizationRequest.example(account).nonce == nil)
        account.tokens = ["id": TokenTarget(scope: Scope(["openid"]))]
        #expect(try AuthorizationRequest.example(account).nonce != nil)
    }

    @Test(arguments: [
        ("a", ["a"]), ("a b", ["a", "b"]), ("", nil), (" a", nil), ("a ", nil), ("a  b", nil), ("a\tb", nil),
        ("a\"b", nil), ("a\\b", nil), ("é", nil), ("a,b", ["a,b"]), ("!~", ["!~"]),
    ])
    func `a scope of a request has the form of RFC 6749`(text: String, tokens: [String]?) {
        #expect(Scope(strictly: text)?.tokens == tokens)
    }

    @Test(arguments: [
        ("https://a.example", true), ("urn:x", true), ("https://a.example/#f", false), ("a.example", false),
        ("1a:b", false), ("a:", false), ("https://a.example/ b", false), (":x", false), ("a_b:c", false),
    ])
    func `a resource is an absolute URI without a fragment`(text: String, isValid: Bool) {
        #expect(ResourceIndicator.isValid(text) == isValid)
    }
}
