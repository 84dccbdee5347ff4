import OAuth
import Testing

/// The presets beside the authorization URLs that the SDK builds.
struct PresetTests {
    struct World: CustomTestStringConvertible, Sendable {
        var fixture: String
        var provider: String
        var scopes: [String]?
        var tenant: String?

        var testDescription: String { fixture }
    }

    static let worlds = [
        World(fixture: "desktop-prod-msads", provider: "microsoft-advertising"),
        World(fixture: "desktop-prod-msads-tenant", provider: "microsoft-advertising", tenant: "consumers"),
        World(
            fixture: "desktop-prod-ads", provider: "microsoft-advertising",
            scopes: ["https://ads.microsoft.com/ads.manage", "offline_access"]),
        World(fixture: "desktop-prod-live", provider: "microsoft-advertising-live"),
        World(fixture: "desktop-sandbox-msaprod", provider: "microsoft-advertising-sandbox"),
        World(fixture: "desktop-sandbox-ppe", provider: "microsoft-advertising-sandbox-ppe"),
        World(fixture: "google-desktop-prod", provider: "microsoft-advertising-google"),
    ]

    private static func fields(_ query: some StringProtocol) throws -> [String: String] {
        let fields = try #require(FormEncoding.decode(query))
        return Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first }
    }

    @Test(arguments: worlds)
    func `a preset sends the browser where the SDK sends it`(_ world: World) throws {
        let url = try Fixture.text("bingads-authorize-\(world.fixture).url").filter { !$0.isWhitespace }
        let theirs = try Self.fields(url.drop { $0 != "?" }.dropFirst())
        let provider = try #require(Provider.named(world.provider))
        #expect(provider.filled(provider.authorizationEndpoint, tenant: world.tenant) == url.prefix { $0 != "?" })
        #expect((world.scopes ?? provider.scopes).joined(separator: " ") == theirs["scope"])
        let known: Set = ["client_id", "scope", "response_type", "redirect_uri", "state"]
        #expect(
            Dictionary(uniqueKeysWithValues: provider.authorizationParameters.map { ($0.name, $0.value) })
                == theirs.filter { !known.contains($0.key) })
        // The page of the SDKs is for pasting; where a listener is possible, ours takes the redirect.
        let redirect = try RedirectURI(provider.redirectURI)
        #expect(redirect.isLoopback ? provider.successor == nil : redirect.text == theirs["redirect_uri"])
    }

    @Test(arguments: worlds)
    func `a preset refreshes where the SDK refreshes, with the same scope`(_ world: World) throws {
        let request = try Fixture.request("bingads-token-refresh-\(world.fixture).request.http")
        let theirs = try Self.fields(request.body)
        let provider = try #require(Provider.named(world.provider))
        #expect(provider.filled(provider.tokenEndpoint, tenant: world.tenant).hasSuffix(request.path))
        #expect((world.scopes ?? provider.scopes).joined(separator: " ") == theirs["scope"])
    }

    /// The page of 2019 had its own test world, which no SDK knows any more.
    @Test func `the quick start's sandbox of 2019 is there as it was`() {
        let provider = Provider.microsoftAdvertisingSandboxLive
        #expect(provider.authorizationEndpoint == "https://login.live-int.com/oauth20_authorize.srf")
        #expect(provider.tokenEndpoint == "https://login.live-int.com/oauth20_token.srf")
        #expect(provider.redirectURI == "https://login.live-int.com/oauth20_desktop.srf")
        #expect(provider.scopes == ["bingads.manage"] && provider.authorizationParameters.isEmpty)
        #expect(provider.successor == "microsoft-advertising-sandbox")
    }

    @Test func `each preset has its environment, and the sandbox its developer token`() {
        let environments = Provider.all.map { ($0.name, $0.advertisingEnvironment) }
        for (name, environment) in environments {
            let expected: AdvertisingEnvironment? =
                name.hasPrefix("microsoft-advertising") ? (name.contains("sandbox") ? .sandbox : .production) : nil
            #expect(environment == expected, "\(name)")
        }
        #expect(AdvertisingEnvironment.sandbox.universalDeveloperToken?.expose() == "BBD37VB98")
        #expect(AdvertisingEnvironment.production.universalDeveloperToken == nil)
        #expect(
            Provider.all.filter { $0.advertisingIdentityProvider != nil }.map(\.name) == [
                "microsoft-advertising-google"
            ])
    }

    @Test func `the scope that the API insists on is known where there is one`() {
        let scopes = Provider.all.compactMap(\.advertisingScope)
        #expect(
            scopes == [
                "https://ads.microsoft.com/msads.manage", "https://si.ads.microsoft.com/msads.manage",
                "https://api.ads.microsoft.com/msads.manage",
            ])
        #expect(Provider.all.filter(\.isOfMicrosoftIdentityPlatform).count == 4)
    }
}
