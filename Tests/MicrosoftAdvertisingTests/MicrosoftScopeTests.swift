import Configuration
import Testing
import Vendors

struct MicrosoftScopeTests {
    private func findings(_ provider: String, _ scopes: String) -> [Finding] {
        let text = """
            [accounts.ads]
            provider = "\(provider)"
            client_id = "app"
            scopes = [\(scopes)]
            """
        return DaemonConfiguration.parse(text, file: "c", catalogue: .complete).findings.filter {
            !$0.message.contains("switched off")
        }
    }

    private let advertising = [
        "microsoft-advertising", "microsoft-advertising-sandbox", "microsoft-advertising-sandbox-ppe",
    ]

    @Test(arguments: [
        ("microsoft", "\"https://outlook.office.com/SMTP.Send\""),
        ("microsoft-advertising", "\"https://ads.microsoft.com/msads.manage\""),
    ])
    func `Microsoft scopes without offline_access are a warning with its position`(_ provider: String, _ scopes: String)
    {
        let found = findings(provider, scopes)
        #expect(found.count == 1)
        #expect(found.first?.severity == .warning)
        #expect(found.first?.position == Finding.Position(line: 4, column: 1))
        #expect(found.first?.message.contains("lack offline_access") == true)
        #expect(findings(provider, "\(scopes), \"offline_access\"").isEmpty)
    }

    @Test func `the older scope of the advertising API is a warning that names the one to use`() {
        let found = findings("microsoft-advertising", "\"https://ads.microsoft.com/ads.manage\", \"offline_access\"")
        #expect(found.map(\.severity) == [.warning])
        #expect(found.first?.message.contains("ask for ads.manage") == true)
        #expect(found.first?.hint == #"ask for "https://ads.microsoft.com/msads.manage""#)
    }

    @Test func `each environment of the advertising API requires its own scope`() {
        for provider in advertising {
            let right = findings(provider, "\"https://elsewhere.example/msads.manage\", \"offline_access\"")
            #expect(right.map(\.severity) == [.warning], "\(provider)")
            #expect(right.first?.message.contains("lack msads.manage") == true)
        }
    }

    @Test(arguments: ["microsoft-advertising-live", "microsoft-advertising-sandbox-live"])
    func `Live Connect has no offline_access, so there is no warning`(_ provider: String) {
        #expect(findings(provider, "\"bingads.manage\"").isEmpty)
    }

    @Test func `the presets' own scopes cause no warning`() {
        for provider in advertising + ["microsoft"] {
            let text = "[accounts.ads]\nprovider = \"\(provider)\"\nclient_id = \"app\"\n"
            let found = DaemonConfiguration.parse(text, file: "c", catalogue: .complete).findings
            #expect(found.allSatisfy { $0.message.contains("switched off") })
        }
    }
}
