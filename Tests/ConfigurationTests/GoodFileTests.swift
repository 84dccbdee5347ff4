import Accounts
import FoundationEssentials
import OAuth
import Testing
import Text
import Vendors

@testable import Configuration

struct GoodFileTests {
    private func accounts(_ text: String) throws -> [String: AccountSettings] {
        let report = DaemonConfiguration.parse(text, file: "c", catalogue: .complete)
        return try #require(report.configuration, "\(report.findings)").accounts
    }

    @Test func `equal settings of several accounts are kept in memory once`() throws {
        let client = #"provider = "google", client_id = "app", client_secret = "s""#
        let accounts = try accounts(
            """
            [accounts]
            a = { \(client) }
            b = { \(client) }
            c = { \(client), scopes = ["mail"] }
            """)
        // An indirect enum case is stored as a single reference.
        let places = try ["a", "b", "c"].map {
            unsafe unsafeBitCast(try #require(accounts[$0]).$terms, to: UInt.self)
        }
        #expect(places[0] == places[1])
        #expect(places[1] != places[2])
        #expect(accounts["b"]?.name == "b")
    }

    // REG-4
    @Test func `a registered client has a sealed secret, and the time of its end`() throws {
        let client = try accounts(
            """
            [accounts.a]
            issuer = "https://auth.example"
            client_id = "app"
            client_secret = { registration = "a" }
            client_secret_expires = "2030-01-31T12:00:00Z"
            """)["a"]?.client
        #expect(client?.secret == .registration("a"))
        #expect(client?.secretExpires?.timeIntervalSince1970 == 1_896_091_200)
    }

    @Test func `an account with a preset needs only its client id`() throws {
        let text = """
            [accounts.ads]
            provider  = "microsoft-advertising"
            client_id = "app"
            developer_token = { file = "~/.config/valetkey/developer-token" }
            """
        let expected = AccountSettings(
            name: "ads", provider: "microsoft-advertising", issuer: "https://login.microsoftonline.com/common/v2.0",
            client: Client(id: "app"),
            endpoints: Endpoints(
                authorization: try EndpointURL("https://login.microsoftonline.com/common/oauth2/v2.0/authorize"),
                token: try EndpointURL("https://login.microsoftonline.com/common/oauth2/v2.0/token"),
                deviceAuthorization: try EndpointURL(
                    "https://login.microsoftonline.com/common/oauth2/v2.0/devicecode")),
            scope: Scope(["https://ads.microsoft.com/msads.manage", "offline_access", "openid", "profile"]),
            redirectURI: try RedirectURI("http://localhost"),
            traits: ServerTraits {
                $0.issuerTemplate = "https://login.microsoftonline.com/{tenantid}/v2.0"
                $0.scopeMatching = .resourcePrefix
                $0.authorizationParameters = [FormField("prompt", "select_account")]
                $0.thumbprints = .byAlgorithm
                $0.toleratesReuse = true
                $0.replies = ReplyTraits(
                    needsScope: true, allowance: RequestAllowance(burst: 4, refill: .seconds(30)))
            },
            vendorSecrets: ["developer_token": .file("~/.config/valetkey/developer-token")])
        #expect(try accounts(text) == ["ads": expected])
    }

    @Test func `an account may set everything that a preset would`() throws {
        let text = """
            [accounts."team.mail_2"]
            issuer = "https://as.example"
            client_id = "desk"
            client_secret = { command = ["pass", "show", "oauth/mail"] }
            client_authentication = "client_secret_post"
            client_key = "~/key.pem"
            client_key_id = "7"
            client_certificate = "/etc/cert.pem"
            signing_algorithm = "PS256"
            authorization_endpoint = "https://as.example/authorize"
            token_endpoint = "http://127.0.0.1:8080/token"
            revocation_endpoint = "https://as.example/revoke"
            device_authorization_endpoint = "https://as.example/device"
            scopes = ["mail", "contacts"]
            redirect_uri = "http://127.0.0.1:4711/callback"
            resource = "https://api.example/"
            refresh_before_expiry = "1h30m"
            flow = "device"
            push_authorization_request = true
            dpop = true
            pushed_authorization_request_endpoint = "https://as.example/par"
            authorization_parameters = { prompt = "login", max_age = 3600 }
            token_parameters.audience = "api"
            """
        let expected = AccountSettings(
            name: "team.mail_2", issuer: "https://as.example",
            client: Client(
                id: "desk", secret: .command(["pass", "show", "oauth/mail"]),
                key: ClientKey(path: "~/key.pem", id: "7", algorithm: .ps256), certificate: "/etc/cert.pem",
                authentication: .clientSecretPost),
            flow: .device,
            endpoints: Endpoints(
                authorization: try EndpointURL("https://as.example/authorize"),
                token: try EndpointURL("http://127.0.0.1:8080/token"),
                revocation: try EndpointURL("https://as.example/revoke"),
                deviceAuthorization: try EndpointURL("https://as.example/device"),
                pushedAuthorization: try EndpointURL("https://as.example/par")),
            scope: Scope(["mail", "contacts"]), redirectURI: try RedirectURI("http://127.0.0.1:4711/callback"),
            resource: ["https://api.example/"], pushesRequest: true, provesPossession: true,
            refreshBeforeExpiry: .seconds(5400),
            traits: ServerTraits {
                $0.authorizationParameters = [FormField("max_age", "3600"), FormField("prompt", "login")]
                $0.tokenParameters = [FormField("audience", "api")]
            })
        #expect(try accounts(text) == ["team.mail_2": expected])
    }

    @Test func `an account's keys override its preset, and parameters are merged one by one`() throws {
        let text = """
            [accounts.mail]
            provider = "google"
            client_id = "app"
            client_secret = "s"
            scopes = "openid https://mail.google.com/"
            redirect_uri = "http://127.0.0.1:9000/"
            token_endpoint = "https://proxy.example/token"
            authorization_parameters = { prompt = "select_account", login_hint = "me@example.org" }
            """
        let mail = try #require(try accounts(text)["mail"])
        #expect(mail.scope == Scope(["openid", "https://mail.google.com/"]))
        #expect(mail.redirectURI.port == 9000)
        #expect(mail.endpoints.token?.text == "https://proxy.example/token")
        #expect(mail.endpoints.authorization?.text == "https://accounts.google.com/o/oauth2/v2/auth")
        #expect(mail.issuer == "https://accounts.google.com")
        #expect(
            mail.traits.authorizationParameters == [
                FormField("access_type", "offline"), FormField("login_hint", "me@example.org"),
                FormField("prompt", "select_account"),
            ])
    }

    @Test(arguments: [
        ("provider = \"microsoft\"", ClientAuthentication.none),
        ("provider = \"microsoft\"\nclient_secret = \"s\"", .clientSecretPost),
        ("provider = \"google\"\nclient_authentication = \"none\"", .none),
        ("authorization_endpoint = \"https://a.example\"\ntoken_endpoint = \"https://a.example\"", .none),
        (
            "authorization_endpoint = \"https://a.example\"\ntoken_endpoint = \"https://a.example\"\nclient_secret = \"s\"",
            .clientSecretBasic
        ),
    ])
    func `the default authentication method follows from the client's secret and preset`(
        _ lines: String, _ authentication: ClientAuthentication
    ) throws {
        let accounts = try accounts("[accounts.a]\nclient_id = \"x\"\n\(lines)")
        #expect(accounts["a"]?.client.authentication == authentication)
    }

    // META-1, META-3
    @Test func `an issuer is enough, and its metadata may select the authentication method`() throws {
        let text = "[accounts.a]\nissuer = \"https://as.example\"\nclient_id = \"x\"\nclient_secret = \"s\""
        let account = try #require(try accounts(text)["a"])
        #expect(account.issuer == "https://as.example")
        #expect(account.endpoints == Endpoints())
        #expect(account.client.choosesMethod && account.client.authentication == .clientSecretBasic)
    }

    // AUTH-4
    @Test func `a client key signs assertions unless another method is configured`() throws {
        let text = "[accounts.a]\nissuer = \"https://as.example\"\nclient_id = \"x\"\nclient_key = \"/k\""
        #expect(try accounts(text)["a"]?.client.authentication == .privateKeyJWT)
    }

    // CC-1
    @Test func `a client that acts for itself needs no authorization endpoint`() throws {
        let text = """
            [accounts.a]
            token_endpoint = "https://as.example/t"
            client_id = "x"
            client_secret = "s"
            flow = "client_credentials"
            """
        #expect(try accounts(text)["a"]?.flow == .clientCredentials)
    }

    @Test func `the tenant is inserted into each endpoint of the preset`() throws {
        let accounts = try accounts(
            "accounts.a = { provider = \"microsoft\", client_id = \"x\", tenant = \"contoso.example\" }")
        let endpoints = try #require(accounts["a"]?.endpoints)
        let texts = [endpoints.authorization, endpoints.token, endpoints.deviceAuthorization].map { $0?.text ?? "" }
        #expect(texts.allSatisfy { $0.hasPrefix("https://login.microsoftonline.com/contoso.example/") })
    }

    @Test func `each kind of secret is accepted`() throws {
        let text = """
            [accounts]
            a = { provider = "microsoft", client_id = "x", client_secret = "literal" }
            b = { provider = "microsoft", client_id = "x", client_secret = { file = "/f" } }
            c = { provider = "microsoft", client_id = "x", client_secret = { command = ["p", "q"] } }
            d = { provider = "microsoft", client_id = "x", client_secret = { credential = "n" } }
            """
        let secrets = try accounts(text).mapValues(\.client.secret)
        #expect(
            secrets == [
                "a": .literal(Secret("literal")), "b": .file("/f"), "c": .command(["p", "q"]), "d": .credential("n"),
            ])
    }

    @Test func `the daemon's own settings have defaults`() throws {
        let plain = try #require(DaemonConfiguration.parse("[accounts]", file: "c", catalogue: .complete).configuration)
        #expect(plain == DaemonConfiguration(consentTimeout: .seconds(600), notifyCommand: nil, logLevel: .info))
        let text = """
            [accounts]
            [daemon]
            consent_timeout = "2m"
            notify_command = ["notify-send", "valetkey"]
            event_command = ["tell", "me"]
            log_level = "debug"
            """
        let stated = DaemonConfiguration.parse(text, file: "c", catalogue: .complete).configuration
        var expected = DaemonConfiguration(
            consentTimeout: .seconds(120), notifyCommand: ["notify-send", "valetkey"], logLevel: .debug)
        expected.eventCommand = ["tell", "me"]
        #expect(stated == expected)
        let silent = DaemonConfiguration.parse(
            "[accounts]\n[daemon]\nnotify_command = []", file: "c", catalogue: .complete
        ).configuration
        #expect(silent?.notifyCommand == [])
    }

    @Test func `a discontinued provider is a warning that names its successor`() throws {
        let text = "[accounts.old]\nprovider = \"microsoft-advertising-live\"\nclient_id = \"x\"\n"
        let report = DaemonConfiguration.parse(text, file: "c", catalogue: .complete)
        #expect(report.configuration?.accounts["old"]?.redirectURI.isLoopback == false)
        #expect(
            report.findings.map { "\($0)" } == [
                """
                c:2:1: warning: the provider "microsoft-advertising-live" has been switched off
                  hint: use "microsoft-advertising"
                """
            ])
    }

    @Test func `a file without accounts is valid, with a warning`() {
        let report = DaemonConfiguration.parse("", file: "c", catalogue: .complete)
        #expect(report.configuration == DaemonConfiguration())
        #expect(report.findings.map(\.severity) == [.warning])
    }
}
