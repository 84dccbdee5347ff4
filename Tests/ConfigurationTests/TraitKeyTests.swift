import Accounts
import OAuth
import Testing
import Text
import Vendors

@testable import Configuration

struct TraitKeyTests {
    private func report(_ lines: String) -> ConfigurationReport {
        DaemonConfiguration.parse(
            "[accounts.a]\nclient_id = \"x\"\n\(lines)\n", file: "c", catalogue: .complete)
    }

    private func account(_ lines: String) throws -> AccountSettings {
        let report = report(lines)
        return try #require(report.configuration?.accounts["a"], "\(report.findings)")
    }

    private static let issuer = "issuer = \"https://as.example\"\n"

    private func traits(_ line: String) throws -> ServerTraits { try account(Self.issuer + line).traits }

    struct Stated: Sendable, CustomTestStringConvertible {
        let line: String
        let change: @Sendable (inout ServerTraits) -> Void

        init(_ line: String, _ change: @escaping @Sendable (inout ServerTraits) -> Void) {
            self.line = line
            self.change = change
        }

        var testDescription: String { line }
    }

    /// Each key with the trait that it sets.
    @Test(
        arguments: [
            Stated("pkce = false", { $0.usesPKCE = false }),
            Stated("basic_form_encoding = false", { $0.encodesBasic = false }),
            Stated("send_empty_secret = true", { $0.sendsEmptySecret = true }),
            Stated("id_token = true", { $0.replies.keepsIDToken = true }),
            Stated("request_body = \"json\"", { $0.bodyFormat = .json }),
            Stated(
                "request_headers = { User-Agent = \"linux:x\", Origin = \"http://localhost\" }",
                {
                    $0.requestHeaders = [
                        FormField("Origin", "http://localhost"), FormField("User-Agent", "linux:x"),
                    ]
                }
            ),
            Stated(
                "token_parameters = { resource = \"0000-0002\" }",
                { $0.tokenParameters = [FormField("resource", "0000-0002")] }
            ),
            Stated(
                "authorization_parameters = { resource = \"0000-0002\" }",
                { $0.authorizationParameters = [FormField("resource", "0000-0002")] }
            ),
            Stated("authorization_parameters = { prompt = false }", { $0.promptsForOfflineAccess = false }),
            Stated(
                "assertion_claims = { sub = \"anna\", scope = false }",
                { $0.assertionClaims = [FormField("sub", "anna"), FormField("scope", "")] }
            ),
            Stated("scope_parameter = \"user_scope\"", { $0.scopeParameter = "user_scope" }),
            Stated("scope_separator = \"comma\"", { $0.scopeSeparator = .comma }),
            Stated("scope_on_refresh = false", { $0.sendsScopeOnRefresh = false }),
            Stated("scope_matching = \"ignore_case\"", { $0.scopeMatching = .ignoreCase }),
            Stated("token_member = \"data.user\"", { $0.tokensPath = ["data", "user"] }),
            Stated("token_type = \"Bearer\"", { $0.replies.takesAnyType = true }),
            Stated("token_lifetime = \"15m\"", { $0.replies.tokenLifetime = .limited(.seconds(900)) }),
            Stated("token_lifetime = \"unlimited\"", { $0.replies.tokenLifetime = .unlimited }),
            Stated("certificate_thumbprint = \"by_algorithm\"", { $0.thumbprints = .byAlgorithm }),
            Stated("certificate_authority = \"/etc/ca.pem\"", { $0.certificateAuthority = "/etc/ca.pem" }),
            Stated(
                "issuer_template = \"https://as.example/{tenantid}\"",
                { $0.issuerTemplate = "https://as.example/{tenantid}" }
            ),
            Stated(
                "refresh_limit = { burst = 4, one_each = \"30s\" }",
                { $0.replies.allowance = RequestAllowance(burst: 4, refill: .seconds(30)) }
            ),
        ])
    func `each key sets its trait and no other`(_ stated: Stated) throws {
        #expect(try traits(stated.line) == ServerTraits(stated.change))
        #expect(try traits(stated.line) != ServerTraits())
    }

    @Test func `the metadata URL is set together with the issuer`() throws {
        let url = "https://as.example/x/openid-configuration"
        #expect(try traits("metadata_url = \"\(url)\"").metadataURL?.text == url)
        #expect(report("\(Self.issuer)metadata_url = \"\(url)\"").findings.isEmpty)
    }

    @Test func `setting a trait to its default changes nothing`() throws {
        let usual = """
            pkce = true
            basic_form_encoding = true
            send_empty_secret = false
            request_body = "form"
            scope_parameter = "scope"
            scope_separator = "space"
            scope_on_refresh = true
            scope_matching = "exact"
            token_member = false
            certificate_thumbprint = "both"
            """
        #expect(try traits(usual) == ServerTraits())
        #expect(report(Self.issuer + usual).findings.isEmpty)
    }

    // C3, C4
    @Test(
        arguments: [
            ("pkce = false", "code"), ("basic_form_encoding = false", "colon"), ("token_type = \"Bearer\"", "Bearer"),
            ("token_lifetime = \"unlimited\"", "ended"),
            ("issuer_template = \"https://as.example/{tenantid}\"", "tenant"),
            ("metadata_url = \"https://other.example/m\"", "other.example"),
        ])
    func `a value that weakens the account is a warning at its key`(_ line: String, _ loss: String) throws {
        let findings = report(Self.issuer + line).findings
        try #require(findings.count == 1, "\(findings)")
        #expect(findings[0].severity == .warning && findings[0].position == Finding.Position(line: 4, column: 1))
        let key = line.prefix { $0 != " " }
        #expect(findings[0].message.hasPrefix("\(key) in accounts.a") && findings[0].message.contains(loss))
        #expect(findings[0].hint?.isEmpty == false)
    }

    @Test(
        arguments: [
            ("request_body = \"jsn\"", "unknown request_body \"jsn\" in accounts.a", "did you mean \"json\"?"),
            ("scope_separator = \"coma\"", "unknown scope_separator \"coma\" in accounts.a", "did you mean \"comma\"?"),
            ("pkse = false", "unknown key \"pkse\" in accounts.a", "did you mean \"pkce\"?"),
            ("token_type = \"bearer\"", "unknown token_type \"bearer\" in accounts.a", "did you mean \"Bearer\"?"),
            ("flow = \"jwt-bearer\"", "unknown flow \"jwt-bearer\" in accounts.a", "did you mean \"jwt_bearer\"?"),
            (
                "pkce = \"no\"", "pkce in accounts.a must be a boolean, not a string",
                "write true or false, without quotes"
            ),
            (
                "request_headers = { Authorization = \"Basic x\" }",
                "request_headers in accounts.a sets \"Authorization\", which is no header to add",
                "the protocol sets Authorization, Content-Type, Content-Length, Host, DPoP and Cookie itself"
            ),
            (
                "request_headers = { \"X Y\" = \"z\" }",
                "request_headers in accounts.a sets \"X Y\", which is no header to add",
                "the protocol sets Authorization, Content-Type, Content-Length, Host, DPoP and Cookie itself"
            ),
            (
                "assertion_claims = { exp = 1 }",
                "assertion_claims in accounts.a sets \"exp\", which the protocol sets itself", "leave it out"
            ),
            (
                "resource = \"https://a.example\"\ntoken_parameters = { resource = \"b\" }",
                "token_parameters in accounts.a sets \"resource\", which the protocol sets itself",
                "state it as resource"
            ),
            (
                "scope_parameter = \"state\"", "scope_parameter in accounts.a is the name of another parameter",
                "it is scope, or what the server calls it, such as user_scope"
            ),
            (
                "refresh_limit = { burst = 4 }", "refresh_limit in accounts.a is no limit",
                "write it like { burst = 4, one_each = \"30s\" }"
            ),
            (
                "certificate_authority = \"ca.pem\"", "certificate_authority in accounts.a isn't an absolute path",
                "let it begin with / or ~/"
            ),
        ])
    func `an invalid value is an error with a remedy`(_ line: String, _ message: String, _ hint: String) throws {
        let findings = report(Self.issuer + line).findings
        try #require(findings.count == 1, "\(findings)")
        #expect(findings[0].severity == .error && findings[0].message == message && findings[0].hint == hint)
    }

    // C7
    @Test func `an account can remove one parameter of the preset and keep the others`() throws {
        let lines = """
            provider = "google"
            client_secret = "s"
            authorization_parameters = { prompt = false, login_hint = "me" }
            """
        #expect(
            try account(lines).traits.authorizationParameters == [
                FormField("access_type", "offline"), FormField("login_hint", "me"),
            ])
    }

    @Test func `an account's keys override its preset, and the preset's other traits remain`() throws {
        let slack = try account("provider = \"slack\"\nscope_parameter = \"scope\"\ntoken_member = false")
        #expect(slack.traits.scopeParameter == "scope" && slack.traits.tokensPath.isEmpty)
        #expect(slack.traits.scopeSeparator == .comma && slack.traits.replies.takesAnyType)
        let reddit = try account("provider = \"reddit\"\nrequest_headers = { user-agent = \"mine\" }")
        #expect(reddit.traits.requestHeaders == [FormField("user-agent", "mine")])
        #expect(reddit.client.authentication == .clientSecretBasic && reddit.client.secret == nil)
    }

    // C3
    @Test func `HTTP Basic without a secret needs the key send_empty_secret`() throws {
        let basic = "\(Self.issuer)client_authentication = \"client_secret_basic\"\n"
        #expect(report(basic).configuration == nil)
        #expect(try account(basic + "send_empty_secret = true").client.authentication == .clientSecretBasic)
        let derived = try account(Self.issuer + "send_empty_secret = true").client
        #expect(derived.authentication == .clientSecretBasic && !derived.choosesMethod)
    }

    // D4
    @Test func `a client key without an id or a certificate is a warning`() throws {
        let key = Self.issuer + "client_key = \"/k.pem\"\n"
        let findings = report(key).findings
        #expect(findings.map(\.severity) == [.warning] && findings[0].message.contains("neither a client_key_id"))
        #expect(report(key + "client_key_id = \"7\"").findings.isEmpty)
        #expect(report(key + "client_certificate = \"/c.pem\"").findings.isEmpty)
    }
}
