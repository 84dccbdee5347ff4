import Accounts
import OAuth
import Testing
import Vendors

@testable import Configuration

/// The tables [accounts.NAME.tokens.NAME].
struct TokenTableTests {
    private func report(_ text: String) -> ConfigurationReport {
        DaemonConfiguration.parse(text, file: "c", catalogue: .complete)
    }

    private static let account = """
        [accounts.work]
        issuer = "https://as.example"
        client_id = "app"
        scopes = ["mail", "offline_access"]

        """

    @Test func `each table is a token of the account, and a consent asks for all of them`() throws {
        let text = """
            [accounts.work.tokens.graph]
            scopes = ["graph.read", "mail"]
            [accounts.work.tokens.files]
            resource = ["https://a.example", "https://b.example"]
            [accounts.work.tokens.api]
            audience = "api"
            """
        let report = report(Self.account + text)
        #expect(report.findings.isEmpty)
        let settings = try #require(report.configuration?.accounts["work"])
        #expect(
            settings.tokens == [
                "graph": TokenTarget(scope: Scope(["graph.read", "mail"])),
                "files": TokenTarget(resource: ["https://a.example", "https://b.example"]),
                "api": TokenTarget(audience: "api"),
            ])
        #expect(settings.scope.tokens == ["mail", "offline_access"])
        #expect(settings.consentScope.tokens == ["mail", "offline_access", "graph.read"])
        #expect(settings.consentResource == ["https://a.example", "https://b.example"])
    }

    @Test(arguments: [
        ("[accounts.work.tokens.x]", "accounts.work.tokens.x doesn't say what the token is for"),
        ("[accounts.work.tokens]\nx = 3", "x in accounts.work.tokens must be a table, not an integer"),
        ("[accounts.work.tokens.x]\nscope = [\"a\"]", #"unknown key "scope" in accounts.work.tokens.x"#),
        (
            "[accounts.work.tokens.x]\nresource = \"https://a.example/#b\"",
            "resource in accounts.work.tokens.x isn't an absolute URI without a fragment"
        ),
        (
            "[accounts.work.tokens.x]\nscopes = [\"a b\"]",
            "scopes in accounts.work.tokens.x holds a character that no scope has"
        ),
        ("[accounts.work.tokens.\"a/b\"]\nscopes = [\"a\"]", "\"a/b\" can't be a token's name"),
        ("[accounts.work.tokens.\"\"]\nscopes = [\"a\"]", "\"\" can't be a token's name"),
        ("[accounts.work.tokens.refused]\nscopes = [\"a\"]", "\"refused\" can't be a token's name"),
    ])
    func `a mistake in a token's table is an error with its place`(text: String, message: String) {
        let report = report(Self.account + text)
        #expect(report.configuration == nil)
        #expect(report.findings.map(\.message).contains(message), "\(report.findings)")
        #expect(report.findings.allSatisfy { $0.severity == .error && ($0.position?.line ?? 0) > 4 })
    }

    @Test func `a server that takes no scope on a refresh is warned of, for tokens that have only a scope`() {
        let tokens = "[accounts.work.tokens.x]\nscopes = [\"a\"]\n"
        let warned = report(Self.account + "scope_on_refresh = false\n" + tokens)
        #expect(warned.configuration != nil)
        #expect(warned.findings.map(\.severity) == [.warning])
        #expect(warned.findings[0].message.contains("sends no scope on a refresh"))
        let resource = "[accounts.work.tokens.x]\nresource = \"https://a.example\"\n"
        #expect(report(Self.account + "scope_on_refresh = false\n" + resource).findings.isEmpty)
    }

    // D8
    @Test(arguments: [
        ("scopes = [\"https://graph.microsoft.com/User.Read\", \"Mail.Read\"]", nil),
        ("scopes = [\"https://ads.microsoft.com/msads.manage\", \"User.Read\"]", "of several resources"),
        ("scopes = [\"https://outlook.office365.com/A\", \"https://outlook.office.com/B\"]", nil),
        ("resource = \"https://graph.microsoft.com\"", "states a resource or an audience"),
        ("audience = \"x\"", "states a resource or an audience"),
    ])
    func `config check knows what Microsoft's tokens can be for`(key: String, message: String?) {
        let text = """
            [accounts.work]
            provider = "microsoft"
            client_id = "app"
            scopes = ["https://outlook.office.com/IMAP.AccessAsUser.All", "offline_access"]
            [accounts.work.tokens.x]
            \(key)
            """
        let findings = report(text).findings
        #expect(findings.count == (message == nil ? 0 : 1), "\(findings)")
        if let message { #expect(findings.first?.message.contains(message) == true) }
        #expect(findings.allSatisfy { $0.severity == .warning && $0.position?.line == 6 })
    }

    // D8
    @Test func `scopes of several resources in an account itself lead to its tokens`() throws {
        let text = """
            [accounts.work]
            provider = "microsoft"
            client_id = "app"
            scopes = ["https://outlook.office.com/IMAP.AccessAsUser.All", "User.Read", "offline_access"]
            """
        let finding = try #require(report(text).findings.first)
        #expect(finding.hint?.contains("[accounts.NAME.tokens.NAME]") == true)
    }
}
