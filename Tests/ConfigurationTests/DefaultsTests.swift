import Accounts
import Scratch
import Testing
import Vendors

@testable import Configuration

struct DefaultsTests {
    private let defaults = """
        [defaults]
        provider = "microsoft-advertising"
        client_id = "app"
        developer_token = { file = "/token" }

        """

    private func report(_ text: String) -> ConfigurationReport {
        DaemonConfiguration.parse(text, file: "c", catalogue: .complete)
    }

    @Test func `an account takes what it doesn't set itself from the defaults`() throws {
        let accounts = try #require(
            report(defaults + "[accounts.a]\n[accounts.b]\nclient_id = \"other\"\nlabel = \"B\"\n").configuration?
                .accounts)
        #expect(accounts.mapValues(\.client.id) == ["a": "app", "b": "other"])
        #expect(accounts.mapValues(\.provider) == ["a": "microsoft-advertising", "b": "microsoft-advertising"])
        #expect(accounts["b"]?.vendorSecrets == ["developer_token": .file("/token")])
        #expect(accounts["b"]?.label == "B" && accounts["a"]?.label == nil)
    }

    @Test(arguments: ["provider = \"google\"\nclient_secret = \"s\"", "issuer = \"https://as.example\""])
    func `an account of another server takes no defaults`(_ lines: String) throws {
        let text = defaults + "[accounts.a]\nclient_id = \"x\"\n\(lines)\n"
        let account = try #require(report(text).configuration?.accounts["a"], "\(report(text).findings)")
        #expect(account.vendorSecrets.isEmpty && account.client.id == "x")
        let none = report(defaults + "[accounts.a]\n\(lines)\n")
        #expect(none.findings.contains { $0.message == "accounts.a has no client_id" })
    }

    @Test func `defaults that name no server apply to accounts of every server`() throws {
        let text =
            "[defaults]\nclient_id = \"app\"\n[accounts.a]\nprovider = \"microsoft\"\n"
            + "[accounts.b]\nissuer = \"https://as.example\"\n"
        #expect(report(text).configuration?.accounts.mapValues(\.client.id) == ["a": "app", "b": "app"])
    }

    @Test func `defaults that name an issuer don't apply to accounts of another issuer`() throws {
        let text =
            "[defaults]\nissuer = \"https://as.example\"\nclient_id = \"app\"\n[accounts.a]\n"
            + "[accounts.b]\nissuer = \"https://other.example\"\nclient_id = \"b\"\n[accounts.c]\n"
            + "provider = \"microsoft\"\nclient_id = \"c\"\n"
        let accounts = try #require(report(text).configuration?.accounts)
        #expect(accounts.mapValues(\.client.id) == ["a": "app", "b": "b", "c": "c"])
        #expect(accounts["a"]?.issuer == "https://as.example" && accounts["c"]?.provider == "microsoft")
        #expect(accounts["c"]?.issuer != "https://as.example")
    }

    @Test func `an account that names the same provider takes the other defaults`() throws {
        let text = defaults + "[accounts.a]\nprovider = \"microsoft-advertising\"\n"
        #expect(report(text).configuration?.accounts["a"]?.client.id == "app")
    }

    @Test func `a mistake in the defaults is reported at its position there`() {
        let unknown = report(
            "[defaults]\nclient_ids = \"x\"\n[accounts.a]\nprovider = \"microsoft\"\nclient_id = \"y\"\n")
        #expect(unknown.findings.map(\.message) == ["unknown key \"client_ids\" in defaults"])
        #expect(unknown.findings.first?.position == Finding.Position(line: 2, column: 1))
        let wrong = report("[defaults]\nprovider = \"microsoft\"\nclient_id = 7\n[accounts.a]\n")
        #expect(wrong.findings.first?.position == Finding.Position(line: 3, column: 1))
        #expect(wrong.configuration == nil)
    }

    @Test func `150 accounts of one client need 155 lines, and share one copy of their settings`() throws {
        let text = defaults + "[accounts]\n" + (0..<150).map { "client-\($0) = {}\n" }.joined()
        let accounts = try #require(report(text).configuration?.accounts)
        #expect(accounts.count == 150 && text.split(separator: "\n").count < 160)
        #expect(Set(accounts.values.map(\.terms)).count == 1)
    }
}

struct IncludeTests {
    private func load(
        _ main: String, _ files: [String: String], test: (ConfigurationReport, String) throws -> Void
    ) throws {
        let folder = try ScratchFolder()
        for (name, text) in files { _ = try folder.place(text, as: name) }
        let path = try folder.place(main, as: "config.toml")
        try test(ConfigurationFile.load(path: path, catalogue: .complete), folder.path)
    }

    @Test func `files in an included folder are read with the main file's defaults, which their own override`() throws {
        let main = "include = [\"x/../accounts.d\"]\n[defaults]\nprovider = \"microsoft\"\nclient_id = \"app\"\n"
        let folder = try ScratchFolder()
        try folder.makeFolder("x")
        try folder.makeFolder("accounts.d")
        _ = try folder.place("[accounts.a]\n", as: "accounts.d/1.toml")
        _ = try folder.place("[defaults]\nclient_id = \"own\"\n[accounts.b]\n", as: "accounts.d/2.toml")
        _ = try folder.place("[accounts.c]\n", as: "accounts.d/3.toml")
        _ = try folder.place("not = toml = at all", as: "accounts.d/README")
        _ = try folder.place("not = toml = at all", as: "accounts.d/.hidden.toml")
        let report = ConfigurationFile.load(path: try folder.place(main, as: "config.toml"), catalogue: .complete)
        #expect(report.findings == [])
        #expect(report.configuration?.accounts.mapValues(\.client.id) == ["a": "app", "b": "own", "c": "app"])
        let whole = main.replacing("x/../accounts.d", with: "\(folder.path)/accounts.d")
        let again = ConfigurationFile.load(path: try folder.place(whole, as: "other.toml"), catalogue: .complete)
        #expect(again.configuration?.accounts.count == 3)
    }

    @Test func `an included path may be a file, and a missing one is reported`() throws {
        try load(
            "include = [\"more.toml\", \"none\"]\n[defaults]\nprovider = \"microsoft\"\nclient_id = \"a\"\n",
            [
                "more.toml": "[accounts.a]\n"
            ]
        ) { report, folder in
            #expect(report.configuration == nil)
            #expect(
                report.findings.map(\.message) == ["include names \"none\", and there is no such file or folder"])
            #expect(report.findings.first?.file == "\(folder)/config.toml")
        }
    }

    @Test func `an included file may contain accounts only, and each account only once`() throws {
        let main = "include = [\"b.toml\"]\n[accounts.a]\nprovider = \"microsoft\"\nclient_id = \"a\"\n"
        try load(main, ["b.toml": "include = [\"x\"]\n[daemon]\nlog_level = \"info\"\n"]) { report, folder in
            #expect(report.configuration == nil)
            #expect(Set(report.findings.map(\.message)) == ["unknown key \"include\"", "unknown table \"daemon\""])
            #expect(report.findings.allSatisfy { $0.file == "\(folder)/b.toml" })
        }
        try load(main, ["b.toml": "[accounts.a]\nprovider = \"microsoft\"\nclient_id = \"b\"\n"]) { report, folder in
            #expect(report.configuration == nil)
            #expect(report.findings.map(\.message) == ["the account a is in \(folder)/config.toml as well"])
        }
    }

    @Test func `a folder without accounts is reported`() throws {
        try load("include = [\"empty.toml\"]\n", ["empty.toml": ""]) { report, _ in
            #expect(report.configuration?.accounts == [:])
            #expect(report.findings.map(\.severity) == [.warning])
        }
        try load(
            "include = [\"one.toml\"]\n",
            [
                "one.toml": "[accounts.a]\nprovider = \"microsoft\"\nclient_id = \"b\"\n"
            ]
        ) { report, _ in #expect(report.findings == []) }
    }

    @Test func `an included file that others may write is refused as the main file would be`() throws {
        let folder = try ScratchFolder()
        _ = try folder.place("[accounts.a]\nprovider = \"microsoft\"\nclient_id = \"b\"\n", as: "b.toml", mode: 0o666)
        let report = ConfigurationFile.load(
            path: try folder.place("include = [\"b.toml\"]\n", as: "config.toml"), catalogue: .complete)
        #expect(report.configuration == nil)
        #expect(report.findings.map(\.message) == ["can be written by other users (mode 0666)"])
    }
}
