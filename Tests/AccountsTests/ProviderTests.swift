import Accounts
import Testing
import Text
import Vendors

@testable import OAuth

struct ProviderTests {
    @Test(arguments: ProviderCatalogue.complete.all)
    func `a preset's endpoints are valid URLs once its placeholders are replaced`(_ provider: Provider) throws {
        let endpoints = [
            provider.authorizationEndpoint, provider.tokenEndpoint, provider.revocationEndpoint,
            provider.deviceAuthorizationEndpoint, provider.issuer,
        ]
        for text in endpoints.compactMap(\.self) {
            let filled = provider.filled(text, exampleValues(of: provider))
            #expect(!filled.contains("{") && !filled.contains("}"))
            let url = try EndpointURL(filled)
            #expect(!url.isLoopback)
        }
        for placeholder in provider.placeholders {
            #expect(provider.authorizationEndpoint.contains("{\(placeholder.name)}"))
            #expect(provider.tokenEndpoint.contains("{\(placeholder.name)}"))
        }
    }

    @Test(arguments: ProviderCatalogue.complete.all)
    func `a preset says what it is, asks for scopes, and overrides no protocol parameter`(_ provider: Provider) {
        #expect(!provider.summary.isEmpty && !provider.summary.hasSuffix("."))
        #expect(!provider.notes.isEmpty && provider.notes.allSatisfy { $0.hasSuffix(".") })
        #expect(provider.scopes.isEmpty == provider.notes.contains { $0.hasPrefix("There are no scopes") })
        #expect(throws: Never.self) { try EndpointURL(provider.source) }
        #expect(provider.asOf.count == "2026-11".count)
        #expect(Scope(parsing: provider.scopes.joined(separator: " ")).tokens == provider.scopes)
        #expect(
            provider.traits.authorizationParameters.allSatisfy { !ProtocolParameters.authorization.contains($0.name) })
    }

    // NATIVE-6
    /// By name: whether the redirect URI is on this machine, and its port.
    @Test(
        arguments: [
            ("microsoft-advertising", "http://localhost:4711", true, nil),
            ("microsoft-advertising-sandbox", "http://localhost:4711", true, nil),
            ("microsoft-advertising-google", "http://localhost:4711", true, nil),
            ("microsoft-advertising-sandbox-google", "http://localhost:4711", true, nil),
            ("google", "http://127.0.0.1:4711/", true, nil),
            ("microsoft", "http://localhost:4711", true, nil),
            ("github", "http://127.0.0.1:4711/", true, nil),
            ("gitlab", "http://127.0.0.1:17171/", true, 17171),
            ("microsoft-advertising-live", "https://login.live.com/oauth20_desktop.srf", false, nil),
            ("microsoft-advertising-sandbox-live", "https://login.live-int.com/oauth20_desktop.srf", false, nil),
            (
                "microsoft-advertising-sandbox-ppe", "https://login.windows-ppe.net/common/oauth2/nativeclient", false,
                nil
            ),
        ] as [(String, String, Bool, Int?)])
    func `a preset's redirect URI has the form that its provider registers`(
        _ name: String, _ sent: String, _ isLoopback: Bool, _ port: Int?
    ) throws {
        let redirect = try RedirectURI(try #require(ProviderCatalogue.complete.named(name)).redirectURI)
        #expect(redirect.sent(port: 4711) == sent)
        #expect(redirect.isLoopback == isLoopback)
        #expect(redirect.port == port)
    }

    @Test func `every preset has a name of its own and is found by it`() {
        let names = ProviderCatalogue.complete.all.map(\.name)
        #expect(Set(names).count == names.count && names.count > 30)
        for provider in ProviderCatalogue.complete.all {
            #expect(ProviderCatalogue.complete.named(provider.name) == provider)
        }
        #expect(ProviderCatalogue.complete.named("Google") == nil)
    }

    @Test func `a discontinued preset names a successor that exists`() throws {
        let retired = ProviderCatalogue.complete.all.filter { $0.successor != nil }
        #expect(retired.count == 3)
        for provider in retired {
            let successor = try #require(provider.successor.flatMap(ProviderCatalogue.complete.named))
            #expect(successor.successor == nil)
            #expect(provider.summary.contains("switched off"))
            #expect(provider.notes[0].contains(successor.name))
        }
    }

    @Test func `a preset without a tenant ignores the value of one`() {
        #expect(
            Provider.gitLab.filled(Provider.gitLab.tokenEndpoint, ["tenant": "x"]) == "https://gitlab.com/oauth/token")
    }

    @Test(
        arguments: [
            (.name, "contoso.example", "contoso.example"), (.name, "a/b", nil), (.name, "..", nil), (.name, "", nil),
            (.host, "acme.okta.com", "acme.okta.com"), (.host, "https://acme.okta.com/", "acme.okta.com"),
            (.host, "as.example:8443", "as.example:8443"), (.host, "as.example:port", nil),
            (.host, "as.example:0", nil), (.host, "http://as.example", nil), (.host, "as.example/x", nil),
            (.url, "https://sso.example/realms/x/", "https://sso.example/realms/x"), (.url, "http://sso.example", nil),
            (.url, "https://", nil), (.url, "https://sso.example?x", nil),
            (.choice([.init("eu", "zoho.eu")]), "eu", "zoho.eu"), (.choice([.init("eu", "zoho.eu")]), "us", nil),
        ] as [(Placeholder.Kind, String, String?)])
    func `a placeholder accepts only values that keep the URL at the same server`(
        _ kind: Placeholder.Kind, _ value: String, _ text: String?
    ) {
        #expect(Placeholder("x", kind, hint: "").text(for: value) == text)
    }

    @Test func `Google is asked for offline access`() {
        #expect(
            Provider.google.traits.authorizationParameters
                == [FormField("access_type", "offline"), FormField("prompt", "consent")])
        #expect(Provider.google.needsClientSecret)
    }
}

/// Example values for a preset's placeholders, as an account would state them.
func exampleValues(of provider: Provider) -> [String: String] {
    let values = provider.placeholders.map { placeholder in
        let value: String =
            switch placeholder.kind {
            case .name: "contoso"
            case .host: "as.example"
            case .url: "https://as.example/realms/staff"
            case .choice(let choices): choices[0].word
            }
        return (placeholder.name, placeholder.usual ?? value)
    }
    return Dictionary(uniqueKeysWithValues: values)
}
