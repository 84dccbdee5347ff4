import Scratch
import Testing
import Vendors

@testable import Configuration

/// The table `[docker]`.
struct DockerTests {
    private func load(_ lines: String) throws -> ConfigurationReport {
        let folder = try ScratchFolder()
        let text = "[accounts.reg]\nissuer = \"https://as.example\"\nclient_id = \"app\"\n[docker]\n\(lines)\n"
        return ConfigurationFile.load(path: try folder.place(text, as: "c"), catalogue: .complete)
    }

    @Test func `registries have an account and a user name`() throws {
        let report = try load(
            """
            "registry.example" = { account = "reg" }
            "registry.example:5000" = { account = "reg/pull", username = "me" }
            """)
        #expect(report.findings.isEmpty)
        #expect(
            report.configuration?.docker == [
                "registry.example": DockerRegistry(account: "reg", username: "oauth2accesstoken"),
                "registry.example:5000": DockerRegistry(account: "reg/pull", username: "me"),
            ])
    }

    @Test(arguments: [
        (#""https://r.example" = { account = "reg" }"#, #""https://r.example" in docker isn't a registry"#),
        (#""R.example" = { account = "reg" }"#, #""R.example" in docker isn't a registry"#),
        (#""" = { account = "reg" }"#, #""" in docker isn't a registry"#),
        (#""r.example" = { username = "me" }"#, #""r.example" in docker names no account"#),
        (#""r.example" = "reg""#, "r.example in docker must be a table, not a string"),
        (#""r.example" = { account = "reg", user = "me" }"#, #"unknown key "user" in docker.r.example"#),
        (#""r.example" = { account = 3 }"#, "account in docker.r.example must be a string, not an integer"),
        (
            #""r.example" = { account = "rig" }"#,
            #"[docker], for r.example, names the account "rig", which doesn't exist"#
        ),
    ])
    func `mistakes are found`(_ lines: String, _ message: String) throws {
        let report = try load(lines)
        #expect(report.findings.map(\.message) == [message] && report.configuration == nil)
    }
}
