import APIContract
import Accounts
import AuthorizationServer
import Configuration
import Failures
import FoundationEssentials
import Grants
import OAuth
import Testing
import Text
import Vendors

@testable import Daemon

@Suite(.timeLimit(.minutes(5))) struct PresetServerTests {
    /// An account of the preset, with the addresses of the embedded server.
    private static func account(_ preset: PresetServer, _ server: AuthorizationServer) throws -> AccountSettings {
        let client =
            preset.isConfidential
            ? "client_id = \"deskc\"\nclient_secret = \"looking-glass\""
            : "client_id = \"desk\"\nclient_authentication = \"\(preset.quirks.wantsEmptyPassword ? "client_secret_basic" : "none")\""
        let text = """
            [accounts.demo]
            provider = "\(preset.preset)"
            \(client)
            issuer = "\(server.issuer)"
            authorization_endpoint = "\(server.authorizationEndpoint)"
            token_endpoint = "\(server.tokenEndpoint)"
            \(preset.lines)
            """
        let report = DaemonConfiguration.parse(text, file: "c", catalogue: .complete)
        return try #require(report.configuration?.accounts["demo"], "\(report.findings)")
    }

    private static func run(
        _ preset: PresetServer, change: @escaping (inout AccountSettings) -> Void = { _ in },
        _ body: (Rig) async throws -> Void
    ) async throws {
        try await Rig.run(
            { settings in
                settings.quirks = preset.quirks
                for index in settings.clients.indices {
                    settings.clients[index].redirectURIs.append("https://localhost:17171/")
                }
            },
            account: { server in
                var account = try Self.account(preset, server)
                change(&account)
                return account
            }, body)
    }

    /// Whether a consent brings the whole requested scope and a Bearer token that can be refreshed or lasts.
    private static func isServed(_ preset: PresetServer, _ rig: Rig) async throws -> Bool {
        let started = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
        let redirect = rig.server.answer(
            authorizationURL: try #require(started.authorizationURL), user: Rig.user.name, password: Rig.user.password)
        guard let redirect else { return false }
        _ = await rig.api.takeRedirect("demo", PastedRedirect(redirect: redirect))
        guard try await rig.end().state == .granted, let grant = rig.grant, let token = rig.token else { return false }
        let isRight =
            token.tokenType == "Bearer" && grant.missingScope.isEmpty
            && token.accessToken.expose() != "the-application's"
        guard isRight, preset.isRefreshed else { return isRight && grant.refreshToken == nil }
        guard case .token(let next) = await rig.refresh() else { return false }
        return next.accessToken != token.accessToken && rig.grant?.missingScope.isEmpty == true
    }

    // C3, C4, C5, C7, D2, D5
    @Test(arguments: PresetServer.all)
    func `an account with a preset works at a server that behaves as its documentation says`(_ preset: PresetServer)
        async throws
    {
        try await Self.run(preset) { rig in
            let isServed = try await Self.isServed(preset, rig)
            #expect(isServed)
        }
    }

    @Test(arguments: PresetServer.all.filter(\.needsTraits))
    func `without the preset's traits, the same account fails there`(_ preset: PresetServer) async throws {
        let without = { (account: inout AccountSettings) in account.traits = ServerTraits() }
        try await Self.run(preset, change: without) { rig in
            let isServed = try await Self.isServed(preset, rig)
            #expect(!isServed)
        }
    }

    @Test func `each preset is tested here or elsewhere`() {
        let elsewhere = ["google", "github", "gitlab"]
        let tested = Set(PresetServer.all.map(\.preset) + elsewhere)
        let living = ProviderCatalogue.complete.all.filter { $0.successor == nil }.map(\.name)
        #expect(living.filter { !tested.contains($0) && !$0.hasPrefix("microsoft-advertising") }.isEmpty)
    }

    // A5
    @Test func `a lifetime that the server doesn't state is taken from the preset`() async throws {
        let salesforce = try #require(PresetServer.all.first { $0.preset == "salesforce" })
        try await Self.run(salesforce) { rig in
            let isServed = try await Self.isServed(salesforce, rig)
            #expect(isServed)
            #expect(rig.grant?.lifetime == .seconds(900))
        }
    }

    // C3
    @Test(arguments: [true, false])
    func `a secret that form-encoding would change reaches a server that doesn't decode it`(_ encodes: Bool)
        async throws
    {
        let secret = Secret("a b:%c")
        try await Rig.run(
            { settings in
                settings.quirks.takesBasicAsItStands = true
                settings.clients[1].secret = secret
            },
            account: { server in
                var account = try AccountSettings.discovered(
                    server,
                    client: Client(id: "deskc", secret: .literal(secret), authentication: .clientSecretBasic))
                account.traits.encodesBasic = encodes
                return account
            }
        ) { rig in
            try await rig.consent(endingAs: encodes ? .failed : .granted)
        }
    }

    // STEP-1
    @Test func `claims, acr_values and max_age of a login are sent in its request and in no later one`() async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            let request = ConsentRequest(
                flow: .paste, claims: #"{"id_token":{"acr":null}}"#, acrValues: "urn:mfa", maxAge: 60)
            let started = try await rig.api.startConsent("demo", request).get()
            let url = try #require(started.authorizationURL)
            let fields = FormEncoding.decode(url.drop { $0 != "?" }.dropFirst()) ?? []
            func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }
            #expect(value("claims") == request.claims)
            #expect(value("acr_values") == "urn:mfa" && value("max_age") == "60")
            _ = await rig.api.cancelConsent("demo")
            let next = try await rig.api.startConsent("demo", ConsentRequest(flow: .paste)).get()
            #expect(next.authorizationURL?.contains("claims=") == false)
        }
    }

    // STEP-1
    @Test(arguments: [
        ConsentRequest(claims: "[]"), ConsentRequest(claims: "{"), ConsentRequest(acrValues: ""),
        ConsentRequest(acrValues: "a\nb"), ConsentRequest(maxAge: -1),
    ])
    func `a login with invalid demands is refused`(_ request: ConsentRequest) async throws {
        try await Rig.run(account: { try .discovered($0) }) { rig in
            guard case .failure(let problem) = await rig.api.startConsent("demo", request) else { throw Unexpected() }
            #expect(problem.code == .malformedRequest && problem.status == 400)
        }
    }
}
