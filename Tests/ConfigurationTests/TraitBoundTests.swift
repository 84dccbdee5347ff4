import Accounts
import OAuth
import Testing
import Text
import Vendors

@testable import Configuration

/// Values of trait keys just inside and just outside each limit.
struct TraitBoundTests {
    private func report(_ lines: String) -> ConfigurationReport {
        DaemonConfiguration.parse("[accounts.a]\nclient_id = \"x\"\n\(lines)\n", file: "c", catalogue: .complete)
    }

    private func traits(_ line: String) throws -> ServerTraits {
        let report = report("issuer = \"https://as.example\"\n\(line)")
        return try #require(report.configuration?.accounts["a"], "\(report.findings)").traits
    }

    @Test(
        arguments: [
            ("token_lifetime = \"10s\"", true), ("token_lifetime = \"9s\"", false),
            ("token_lifetime = \"366d\"", true), ("token_lifetime = \"367d\"", false),
            ("token_lifetime = \"unlimted\"", false),
            ("refresh_limit = { burst = 1, one_each = \"1s\" }", true),
            ("refresh_limit = { burst = 1000, one_each = \"1d\" }", true),
            ("refresh_limit = { burst = 0, one_each = \"1s\" }", false),
            ("refresh_limit = { burst = 1001, one_each = \"1s\" }", false),
            ("refresh_limit = { burst = 1, one_each = \"0s\" }", false),
            ("refresh_limit = { burst = 1, one_each = \"2d\" }", false),
            ("refresh_limit = { burst = 1, one_each = \"1s\", per = \"1m\" }", false),
            ("token_member = true", false), ("token_type = \"mac\"", false),
            ("scope_parameter = \"client_id\"", false), ("scope_parameter = \"user_scopes\"", true),
            ("issuer_template = \"http://as.example/{tenantid}\"", false),
            ("metadata_url = \"http://as.example/m\"", false),
            ("request_headers = { Cookie = \"a\" }", false), ("request_headers = { Origin = \"https://a\" }", true),
            ("request_headers = { Origin = \"ä\" }", false), ("request_headers = { DPoP = \"a\" }", false),
            ("assertion_claims = { iat = 1 }", false), ("assertion_claims = { prn = \"me\" }", true),
            ("authorization_parameters = { state = \"s\" }", false),
            ("token_parameters = { grant_type = \"g\" }", false),
        ])
    func `a value is accepted only within its limits`(_ line: String, _ counts: Bool) {
        let report = report("issuer = \"https://as.example\"\n\(line)")
        let errors = report.findings.filter { $0.severity == .error }
        #expect(errors.isEmpty == counts, "\(report.findings)")
        #expect((report.configuration != nil) == counts)
    }

    @Test func `metadata_url needs an issuer, and one on another host is a warning`() throws {
        let endpoints = "authorization_endpoint = \"https://a.example/a\"\ntoken_endpoint = \"https://a.example/t\"\n"
        let alone = report(endpoints + "metadata_url = \"https://a.example/m\"").findings
        #expect(alone.map(\.message) == ["metadata_url in accounts.a needs an issuer"])
        let issuer = "issuer = \"https://a.example\"\n"
        #expect(report(issuer + "metadata_url = \"https://a.example/m\"").findings.isEmpty)
        let foreign = report(issuer + "metadata_url = \"https://b.example/m\"").findings
        #expect(foreign.map(\.severity) == [.warning] && foreign[0].message.contains("b.example"))
    }

    @Test func `an account's own issuer discards the preset's template and metadata URL`() throws {
        let lines = "provider = \"microsoft-b2c\"\ntenant = \"shop\"\npolicy = \"in\"\n"
        func traits(_ more: String) throws -> ServerTraits {
            try #require(report(lines + more).configuration?.accounts["a"]).traits
        }
        #expect(try traits("").issuerTemplate != nil && traits("").metadataURL != nil)
        let own = try traits("issuer = \"https://login.example\"")
        #expect(own.issuerTemplate == nil && own.metadataURL == nil && own.scopeMatching == .resourcePrefix)
    }

    @Test func `a template for one tenant is no warning`() throws {
        let line = "issuer_template = \"https://as.example/0ab1\""
        #expect(try traits(line).issuerTemplate == "https://as.example/0ab1")
        #expect(report("issuer = \"https://as.example\"\n\(line)").findings.isEmpty)
    }
}
