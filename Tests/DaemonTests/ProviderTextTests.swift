import Accounts
import Testing
import Text

@testable import Daemon

struct ProviderTextTests {
    private let least = Provider(
        name: "least", summary: "The least.", authorizationEndpoint: "https://a/authorize",
        tokenEndpoint: "https://a/token", redirectURI: "http://127.0.0.1/")

    private var all: Provider {
        Provider(
            name: "everything", summary: "All of it.", issuer: "https://a/{tenant}",
            authorizationEndpoint: "https://a/authorize", tokenEndpoint: "https://a/token",
            revocationEndpoint: "https://a/revoke", deviceAuthorizationEndpoint: "https://a/device",
            scopes: ["mail", "offline_access"], redirectURI: "http://localhost/",
            authorizationParameters: [FormField("prompt", "consent"), FormField("access_type", "offline")],
            defaultTenant: "common", needsClientSecret: true, successor: "newer",
            notes: ["Register first.", "Mind this."])
    }

    @Test func `a list has a line for each preset, its summaries in one column`() {
        #expect(ProviderText.list([least, all]) == "least       The least.\neverything  All of it.")
        #expect(ProviderText.list([]) == "")
    }

    @Test func `facts that a preset hasn't got are left out`() {
        #expect(
            ProviderText.facts(least) == """
                provider                       least
                                               The least.
                authorization_endpoint         https://a/authorize
                token_endpoint                 https://a/token
                redirect_uri                   http://127.0.0.1/
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
                tenant                         common
                scopes                         mail offline_access
                redirect_uri                   http://localhost/
                authorization_parameters       prompt=consent access_type=offline
                client_secret                  needed

                Register first.

                Mind this.
                """)
    }
}
