import Accounts
import MicrosoftIdentity
import OAuth
import Testing
import Text
import Vendors

@testable import MicrosoftAdvertisingPresets

/// Compares the presets with the authorization URLs that Microsoft's SDK builds.
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
        // For Google in the sandbox, the SDK's own fixture is that of a Microsoft account.
        World(fixture: "google-desktop-prod", provider: "microsoft-advertising-sandbox-google"),
    ]

    private static func fields(_ query: some StringProtocol) throws -> [String: String] {
        let fields = try #require(FormEncoding.decode(query))
        return Dictionary(fields.map { ($0.name, $0.value) }) { first, _ in first }
    }

    /// The presets also request scopes that identify the user, which the SDKs don't.
    private static func access(_ scopes: [String]) -> String {
        let isGoogle = scopes.contains("email")
        return scopes.filter { isGoogle || !["openid", "profile"].contains($0) }.joined(separator: " ")
    }

    private static func asksWho(_ provider: Provider) -> Bool {
        provider.successor == nil && !provider.name.hasSuffix("-google")
    }

    @Test(arguments: worlds.map(\.provider))
    func `a current preset identifies the user, and Microsoft lets the user choose`(_ name: String) throws {
        let provider = try #require(ProviderCatalogue.complete.named(name))
        #expect(provider.scopes.contains("openid") == (provider.successor == nil))
        #expect(provider.scopes.contains("profile") == (provider.successor == nil))
        let prompts = provider.traits.authorizationParameters.filter { $0.name == "prompt" }.map(\.value)
        #expect(prompts.contains("select_account") == Self.asksWho(provider))
    }

    @Test(arguments: worlds)
    func `a preset sends the browser to the same place as the SDK`(_ world: World) throws {
        let url = try Fixture.text("bingads-authorize-\(world.fixture).url").filter { !$0.isWhitespace }
        let theirs = try Self.fields(url.drop { $0 != "?" }.dropFirst())
        let provider = try #require(ProviderCatalogue.complete.named(world.provider))
        #expect(
            provider.filled(provider.authorizationEndpoint, world.tenant.map { ["tenant": $0] } ?? [:])
                == url.prefix { $0 != "?" })
        #expect(Self.access(world.scopes ?? provider.scopes) == theirs["scope"])
        let known: Set = ["client_id", "scope", "response_type", "redirect_uri", "state"]
        #expect(
            Dictionary(uniqueKeysWithValues: provider.traits.authorizationParameters.map { ($0.name, $0.value) })
                == (Self.asksWho(provider) ? ["prompt": "select_account"] : theirs.filter { !known.contains($0.key) }))
        // The SDKs redirect to a page from which the user pastes the URL; if a listener is possible, the preset uses
        // one.
        let redirect = try RedirectURI(provider.redirectURI)
        #expect(redirect.isLoopback ? provider.successor == nil : redirect.text == theirs["redirect_uri"])
    }

    @Test(arguments: worlds)
    func `a preset refreshes at the same place as the SDK, with the same scope`(_ world: World) throws {
        let request = try Fixture.request("bingads-token-refresh-\(world.fixture).request.http")
        let theirs = try Self.fields(request.body)
        let provider = try #require(ProviderCatalogue.complete.named(world.provider))
        #expect(
            provider.filled(provider.tokenEndpoint, world.tenant.map { ["tenant": $0] } ?? [:]).hasSuffix(request.path))
        #expect(Self.access(world.scopes ?? provider.scopes) == theirs["scope"])
    }

    /// The page of 2019 had a test environment of its own, which the SDKs no longer know.
    @Test func `the sandbox of the quick start of 2019 remains available`() throws {
        let provider = try #require(AdvertisingPreset.named("microsoft-advertising-sandbox-live")).provider
        #expect(provider.authorizationEndpoint == "https://login.live-int.com/oauth20_authorize.srf")
        #expect(provider.tokenEndpoint == "https://login.live-int.com/oauth20_token.srf")
        #expect(provider.redirectURI == "https://login.live-int.com/oauth20_desktop.srf")
        #expect(provider.scopes == ["bingads.manage"] && provider.traits.authorizationParameters.isEmpty)
        #expect(provider.successor == "microsoft-advertising-sandbox")
    }

    @Test func `each preset has its environment, and only the sandbox has a public developer token`() {
        let environments = ProviderCatalogue.complete.all.map {
            ($0.name, AdvertisingPreset.named($0.name)?.environment)
        }
        for (name, environment) in environments {
            let expected: AdvertisingEnvironment? =
                name.hasPrefix("microsoft-advertising") ? (name.contains("sandbox") ? .sandbox : .production) : nil
            #expect(environment == expected, "\(name)")
        }
        #expect(AdvertisingEnvironment.sandbox.universalDeveloperToken?.expose() == "BBD37VB98")
        #expect(AdvertisingEnvironment.production.universalDeveloperToken == nil)
        #expect(
            AdvertisingPreset.all.filter { $0.identityProvider != nil }.map(\.provider.name) == [
                "microsoft-advertising-google", "microsoft-advertising-sandbox-google",
            ])
    }

    @Test func `the scope that the API requires is known if there is one, and requested by default`() {
        let scopes = AdvertisingPreset.all.compactMap(\.scope)
        #expect(
            scopes == [
                "https://ads.microsoft.com/msads.manage", "https://si.ads.microsoft.com/msads.manage",
                "https://api.ads.microsoft.com/msads.manage",
            ])
        for preset in AdvertisingPreset.all { #expect(preset.scope.map(preset.provider.scopes.contains) != false) }
        #expect(ProviderCatalogue.complete.all.filter(\.isOfMicrosoftIdentityPlatform).count == 6)
    }

    @Test func `presets are sorted by name, and discontinued ones come last`() {
        let (living, retired) = (
            ProviderCatalogue.complete.all.filter { $0.successor == nil }.map(\.name),
            ProviderCatalogue.complete.all.suffix(3).map(\.name)
        )
        #expect(living == living.sorted() && living.contains("microsoft") && living.contains("slack"))
        #expect(
            retired == [
                "microsoft-advertising-live", "microsoft-advertising-sandbox-live", "microsoft-advertising-sandbox-ppe",
            ])
    }

    @Test func `the tenant is inserted into every endpoint, and its default is common`() {
        let provider = Provider.microsoftAdvertising
        #expect(
            provider.filled(provider.tokenEndpoint, ["tenant": "contoso.example"])
                == "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token")
        #expect(
            provider.filled(provider.authorizationEndpoint)
                == "https://login.microsoftonline.com/common/oauth2/v2.0/authorize")
    }

    @Test func `each preset requests the scope of its environment, and Google's offline access`() {
        let identity = ["offline_access", "openid", "profile"]
        #expect(Provider.microsoftAdvertising.scopes == ["https://ads.microsoft.com/msads.manage"] + identity)
        #expect(Provider.microsoftAdvertisingSandbox.scopes == ["https://si.ads.microsoft.com/msads.manage"] + identity)
        #expect(Provider.microsoftAdvertisingLive.scopes == ["bingads.manage"])
        let google = Provider.microsoftAdvertisingGoogle
        #expect(google.scopes == ["openid", "email", "profile"])
        #expect(
            google.traits.authorizationParameters == [
                FormField("access_type", "offline"), FormField("prompt", "consent"),
            ])
        #expect(google.needsClientSecret)
    }

    @Test func `Microsoft promises to keep unused refresh tokens for 90 days, and Google doesn't`() {
        for preset in AdvertisingPreset.all {
            let expected: Duration? = preset.identityProvider == nil ? .seconds(90 * 86_400) : nil
            #expect(preset.provider.unusedLimit == expected, "\(preset.provider.name)")
        }
        #expect(ProviderCatalogue.complete.named("microsoft")?.unusedLimit == .seconds(90 * 86_400))
        #expect(Provider.google.unusedLimit == nil && Provider.gitHub.unusedLimit == nil)
    }

    @Test func `the presets of the API are distinguished from all others`() {
        let serving = ProviderCatalogue.complete.all.filter { AdvertisingPreset.named($0.name) != nil }.map(\.name)
        #expect(serving.count == 7)
        #expect(serving.allSatisfy { $0.hasPrefix("microsoft-advertising") })
    }
}
