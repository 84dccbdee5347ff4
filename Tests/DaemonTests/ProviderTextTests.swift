import Accounts
import OAuth
import Testing
import Text
import Vendors

@testable import Daemon

struct ProviderTextTests {
    private let least = Provider(
        name: "least", summary: "The least.", authorizationEndpoint: "https://a/authorize",
        tokenEndpoint: "https://a/token", redirectURI: "http://127.0.0.1/", source: "https://docs.a/", asOf: "2026-11")

    private var all: Provider {
        Provider(
            name: "everything", summary: "All of it.", issuer: "https://a/{tenant}",
            authorizationEndpoint: "https://a/authorize", tokenEndpoint: "https://a/token",
            revocationEndpoint: "https://a/revoke", deviceAuthorizationEndpoint: "https://a/device",
            metadataURL: "https://a/{tenant}/metadata",
            placeholders: [
                Placeholder("tenant", usual: "common", hint: "it is a tenant"),
                Placeholder("region", hint: "it is where the data are"),
            ],
            scopes: ["mail", "offline_access"], redirectURI: "http://localhost/", needsClientSecret: true,
            traits: ServerTraits {
                $0.authorizationParameters = [FormField("prompt", "consent"), FormField("access_type", "offline")]
            },
            successor: "newer", notes: ["Register first.", "Mind this."], source: "https://docs.a/", asOf: "2026-10")
    }

    @Test func `a list has a line for each preset, its summaries in one column`() {
        #expect(ProviderText.list([least, all]) == "least       The least.\neverything  All of it.")
        #expect(ProviderText.list([]) == "")
    }

    @Test func `the list of presets has one line for each, sorted by name`() {
        let names = ProviderText.list(ProviderCatalogue.complete.all).split(separator: "\n").map {
            String($0.prefix { $0 != " " })
        }
        #expect(names == ProviderCatalogue.complete.all.map(\.name))
        #expect(names.first == "atlassian" && names.contains("zoho"))
    }

    @Test func `facts that a preset hasn't got are left out`() {
        #expect(
            ProviderText.facts(least) == """
                provider                       least
                                               The least.
                authorization_endpoint         https://a/authorize
                token_endpoint                 https://a/token
                redirect_uri                   http://127.0.0.1/
                source                         https://docs.a/ (2026-11)
                """)
    }

    @Test func `all facts and notes are shown under the names that the configuration has for them`() {
        #expect(
            ProviderText.facts(all) == """
                provider                       everything
                                               All of it.
                successor                      newer
                issuer                         https://a/{tenant}
                authorization_endpoint         https://a/authorize
                token_endpoint                 https://a/token
                revocation_endpoint            https://a/revoke
                device_authorization_endpoint  https://a/device
                metadata_url                   https://a/{tenant}/metadata
                tenant                         common (default)
                region                         it is where the data are
                scopes                         mail offline_access
                redirect_uri                   http://localhost/
                authorization_parameters       prompt=consent access_type=offline
                client_secret                  needed
                source                         https://docs.a/ (2026-10)

                Register first.

                Mind this.
                """)
    }

    private func facts(_ name: String) throws -> [String: String] {
        let provider = try #require(ProviderCatalogue.complete.named(name))
        let lines = ProviderText.facts(provider).split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1) }
        let pairs = lines.filter { $0.count == 2 }.map { (String($0[0]), String($0[1].drop { $0 == " " })) }
        return Dictionary(pairs) { first, _ in first }
    }

    @Test func `the description of a preset has its source and the account's required and optional keys`() throws {
        let mastodon = try facts("mastodon")
        #expect(mastodon["instance"] == "it is the server's host, such as mastodon.social")
        #expect(mastodon["source"] == "https://docs.joinmastodon.org/methods/oauth/ (2026-11)")
        #expect(mastodon["token_endpoint"] == "https://{instance}/oauth/token")
        #expect(try facts("microsoft")["tenant"] == "common (default)")
        #expect(try facts("microsoft")["cloud"] == "public (default)")
    }
}
