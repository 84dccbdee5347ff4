import Accounts
import OAuth
import Testing
import Text
import Vendors

@testable import Configuration

struct PresetKeyTests {
    private func report(_ lines: String) -> ConfigurationReport {
        DaemonConfiguration.parse("[accounts.a]\n\(lines)\n", file: "c", catalogue: .complete)
    }

    private func account(_ lines: String) throws -> AccountSettings {
        let report = report("client_id = \"x\"\n\(lines)")
        return try #require(report.configuration?.accounts["a"], "\(report.findings)")
    }

    // D5
    @Test(
        arguments: [
            ("", "login.microsoftonline.com"), ("cloud = \"public\"", "login.microsoftonline.com"),
            ("cloud = \"us-government\"", "login.microsoftonline.us"),
            ("cloud = \"china\"", "login.partner.microsoftonline.cn"),
        ])
    func `each cloud has its own addresses, issuer and template`(_ line: String, _ host: String) throws {
        let settings = try account("provider = \"microsoft\"\ntenant = \"contoso\"\n\(line)")
        #expect(settings.endpoints.token?.text == "https://\(host)/contoso/oauth2/v2.0/token")
        #expect(settings.endpoints.authorization?.host == host && settings.endpoints.deviceAuthorization?.host == host)
        #expect(settings.issuer == "https://\(host)/contoso/v2.0")
        #expect(settings.expectedIssuer?.matches("https://\(host)/0ab1-2/v2.0") == true)
    }

    // D5
    @Test func `tenants for customers have their own sign-in pages, issuers and metadata URL`() throws {
        let external = try account("provider = \"microsoft-external-id\"\ntenant = \"shop\"")
        #expect(external.endpoints.token?.text == "https://shop.ciamlogin.com/shop.onmicrosoft.com/oauth2/v2.0/token")
        #expect(external.expectedIssuer?.matches("https://0ab1-2.ciamlogin.com/0ab1-2/v2.0") == true)
        #expect(
            external.traits.metadataURL?.text
                == "https://shop.ciamlogin.com/shop.onmicrosoft.com/v2.0/.well-known/openid-configuration")
        let flow = try account("provider = \"microsoft-b2c\"\ntenant = \"shop\"\npolicy = \"B2C_1_in\"")
        let base = "https://shop.b2clogin.com/shop.onmicrosoft.com/B2C_1_in"
        #expect(flow.endpoints.authorization?.text == "\(base)/oauth2/v2.0/authorize")
        #expect(flow.traits.metadataURL?.text == "\(base)/v2.0/.well-known/openid-configuration")
        #expect(flow.expectedIssuer?.matches("https://shop.b2clogin.com/0ab1-2/v2.0/") == true)
        #expect(flow.expectedIssuer?.matches("https://other.b2clogin.com/0ab1-2/v2.0/") == false)
    }

    @Test(
        arguments: [
            ("zoho", "region = \"eu\"", "https://accounts.zoho.eu/oauth/v2/token"),
            ("zoho", "region = \"ca\"", "https://accounts.zohocloud.ca/oauth/v2/token"),
            ("mastodon", "instance = \"https://social.example/\"", "https://social.example/oauth/token"),
            ("salesforce", "", "https://login.salesforce.com/services/oauth2/token"),
            (
                "salesforce", "instance = \"acme.my.salesforce.com\"",
                "https://acme.my.salesforce.com/services/oauth2/token"
            ),
            (
                "keycloak", "realm = \"https://sso.example/realms/staff/\"",
                "https://sso.example/realms/staff/protocol/openid-connect/token"
            ),
            ("okta", "domain = \"acme.okta.com\"", "https://acme.okta.com/oauth2/default/v1/token"),
            ("auth0", "domain = \"acme.eu.auth0.com\"", "https://acme.eu.auth0.com/oauth/token"),
        ])
    func `each placeholder of a preset is an account key`(_ provider: String, _ line: String, _ token: String) throws {
        let settings = try account("provider = \"\(provider)\"\nclient_secret = \"s\"\n\(line)")
        #expect(settings.endpoints.token?.text == token)
    }

    @Test(
        arguments: [
            (
                "provider = \"mastodon\"\nclient_secret = \"s\"",
                "accounts.a has no instance, which the provider \"mastodon\" needs",
                "it is the server's host, such as mastodon.social"
            ),
            (
                "provider = \"zoho\"\nclient_secret = \"s\"\nregion = \"uss\"", "unknown region \"uss\" in accounts.a",
                "did you mean \"us\"?"
            ),
            (
                "provider = \"microsoft\"\ncloud = \"us-goverment\"", "unknown cloud \"us-goverment\" in accounts.a",
                "did you mean \"us-government\"?"
            ),
            (
                "provider = \"keycloak\"\nrealm = \"staff\"", "realm in accounts.a is no realm",
                "it is a URL such as https://sso.example/realms/staff"
            ),
            (
                "provider = \"gitlab\"\ncloud = \"china\"", "cloud in accounts.a: the provider \"gitlab\" has no cloud",
                nil
            ),
            (
                "issuer = \"https://as.example\"\nregion = \"eu\"",
                "region in accounts.a needs a provider that has one",
                "put the region into the endpoints, or state a provider"
            ),
        ] as [(String, String, String?)])
    func `a bad placeholder value is reported once`(_ lines: String, _ message: String, _ hint: String?) throws {
        let report = report("client_id = \"x\"\n\(lines)")
        try #require(report.findings.count == 1, "\(report.findings)")
        #expect(report.findings[0].message == message && report.findings[0].hint == hint)
        #expect(report.configuration == nil)
    }

    // D6
    @Test func `a client that acts for itself isn't warned about a missing offline_access`() throws {
        let lines = "provider = \"microsoft\"\nclient_secret = \"s\"\nflow = \"client_credentials\"\n"
        let right = report("client_id = \"x\"\n\(lines)scopes = [\"https://graph.microsoft.com/.default\"]")
        #expect(right.findings.isEmpty)
        for scopes in ["", "scopes = [\"https://graph.microsoft.com/Mail.Read\"]"] {
            let findings = report("client_id = \"x\"\n\(lines)\(scopes)").findings
            #expect(findings.count == 1 && findings[0].message.contains("/.default"))
            #expect(findings[0].severity == .warning && !"\(findings[0])".contains("offline_access"))
        }
        #expect(try account(lines).scope.isEmpty)
        #expect(try account("provider = \"microsoft\"").scope == Scope(["openid", "profile", "offline_access"]))
    }

    // C9
    @Test func `an account with a service account's file needs only that and its preset`() throws {
        let lines = "provider = \"google\"\nflow = \"jwt_bearer\"\nclient_key = \"/sa.json\"\nscopes = \"s\""
        let report = report(lines)
        let settings = try #require(report.configuration?.accounts["a"], "\(report.findings)")
        #expect(report.findings.isEmpty)
        #expect(settings.flow == .clientCredentials && settings.asksByAssertion && settings.client.id.isEmpty)
        #expect(settings.client.authentication == .none && settings.scope == Scope(["s"]))
    }

    // C9
    @Test func `a PEM key needs a client id, and the flow jwt_bearer needs a key`() throws {
        let pem = "provider = \"salesforce\"\nflow = \"jwt_bearer\"\nclient_key = \"/k.pem\"\n"
        let unnamed = report(pem)
        #expect(unnamed.findings.count == 1 && unnamed.findings[0].message == "accounts.a has no client_id")
        let settings = try account(pem + "assertion_claims = { sub = \"anna\" }")
        #expect(
            settings.traits.assertionClaims == [
                FormField("aud", "https://login.salesforce.com"), FormField("sub", "anna"),
            ])
        #expect(settings.scope.isEmpty)
        let keyless = report("client_id = \"x\"\nprovider = \"salesforce\"\nflow = \"jwt_bearer\"")
        #expect(keyless.findings.count == 1 && keyless.findings[0].message.contains("needs a client_key"))
    }

    // C9
    @Test(
        arguments: [
            ("", "", nil, ["aud=https://as.example/token", "iss=x", "scope=mail", "sub=x"]),
            ("assertion_claims = { sub = \"u\", aud = \"a\" }", "", nil, ["aud=a", "iss=x", "scope=mail", "sub=u"]),
            ("assertion_claims = { scope = false }", "", nil, ["aud=https://as.example/token", "iss=x", "sub=x"]),
            ("", ".json", "r@s.example", ["aud=https://as.example/token", "iss=r@s.example", "scope=mail"]),
        ] as [(String, String, String?, [String])])
    func `an assertion has the default claims and those of the account`(
        _ line: String, _ ending: String, _ account: String?, _ claims: [String]
    ) throws {
        let client = ending.isEmpty ? "client_id = \"x\"\n" : ""
        let report = report(
            """
            \(client)token_endpoint = "https://as.example/token"
            flow = "jwt_bearer"
            client_key = "/k\(ending)"
            scopes = "mail"
            \(line)
            """)
        let settings = try #require(report.configuration?.accounts["a"], "\(report.findings)")
        let resolved = try #require(ResolvedAccount(settings))
        let told = resolved.assertionClaims(serviceAccount: account)?.map { "\($0.name)=\($0.value)" }.sorted()
        #expect(told == claims)
    }
}
