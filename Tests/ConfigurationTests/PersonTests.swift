import Accounts
import OAuth
import Testing
import Text
import Vendors

@testable import Configuration

struct PersonTests {
    private func report(_ lines: String) -> ConfigurationReport {
        DaemonConfiguration.parse(
            "[accounts.acme]\nprovider = \"microsoft\"\nclient_id = \"app\"\n\(lines)\n", file: "c",
            catalogue: .complete)
    }

    private func hints(_ lines: String) throws -> [String] {
        let settings = try #require(report(lines).configuration?.accounts["acme"])
        return settings.traits.authorizationParameters.filter { $0.name == "login_hint" }.map(\.value)
    }

    @Test func `an account has its label and its expected user`() throws {
        let text = """
            label = "Müller GmbH, Anna"
            expect_user = "anna@example.com"
            """
        let settings = try #require(report(text).configuration?.accounts["acme"])
        #expect(settings.label == "Müller GmbH, Anna" && settings.expectedUser == "anna@example.com")
        #expect(report(text).findings.isEmpty)
        let plain = try #require(report("").configuration?.accounts["acme"])
        #expect(plain.label == nil && plain.expectedUser == nil)
    }

    @Test func `an id_token that no scope asks for is warned of`() throws {
        let warned = report("id_token = true\nscopes = [\"mail\"]").findings.filter { $0.message.contains("id_token") }
        #expect(warned.map(\.severity) == [.warning] && warned.first?.hint == "add \"openid\" to scopes")
        for lines in ["id_token = true\nscopes = [\"openid\"]", "id_token = false\nscopes = [\"mail\"]"] {
            #expect(report(lines).findings.allSatisfy { !$0.message.contains("id_token") }, "\(lines)")
        }
    }

    @Test func `the readers that an account expects are listed`() throws {
        let text = #"expect = ["unit:backup.service", "program:/usr/bin/curl", "socket:ci", "uid:7"]"#
        let settings = try #require(report(text).configuration?.accounts["acme"])
        #expect(settings.expectedReaders == ["unit:backup.service", "program:/usr/bin/curl", "socket:ci", "uid:7"])
        #expect(try #require(report("").configuration?.accounts["acme"]).expectedReaders == [])
        for wrong in ["backup.service", "unit:", "program:curl", "gid:7", "unit"] {
            let finding = try #require(report("expect = [\"\(wrong)\"]").findings.first)
            #expect(finding.message == "expect in accounts.acme can't be \"\(wrong)\"" && finding.hint != nil)
        }
    }

    @Test(arguments: [
        ("", []), (#"login_hint = "a@x.example""#, ["a@x.example"]), (#"expect_user = "b@x.example""#, ["b@x.example"]),
        ("login_hint = \"a@x.example\"\nexpect_user = \"b@x.example\"", ["a@x.example"]),
        ("login_hint = \"a@x.example\"\nauthorization_parameters = { login_hint = \"c@x.example\" }", ["a@x.example"]),
        ("authorization_parameters = { login_hint = \"c@x.example\" }", ["c@x.example"]),
    ])
    func `the expected user is the default login hint`(_ lines: String, _ expected: [String]) throws {
        #expect(try hints(lines) == expected)
    }

    @Test func `an expected user is reported where the server doesn't say who consents`() {
        let blind = report("expect_user = \"a@x.example\"\nscopes = [\"mail\", \"offline_access\"]")
        #expect(blind.findings.map(\.severity) == [.warning])
        #expect(blind.findings.first?.hint == "add \"openid\" and \"profile\" to scopes")
        let own = report(
            "expect_user = \"a@x.example\"\nflow = \"client_credentials\"\nclient_secret = { command = [\"x\"] }")
        #expect(own.configuration == nil)
        #expect(own.findings.contains { $0.message.contains("nobody consents") && $0.hint == "remove it" })
    }
}
