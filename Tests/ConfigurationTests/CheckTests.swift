import Accounts
import Scratch
import Testing
import Vendors

@testable import Configuration

struct CheckTests {
    /// Returns the findings for an account whose developer token's file has this content, or that has these lines.
    private func check(_ token: String?, lines: String = "", provider: String = "microsoft-advertising") throws
        -> [String]
    {
        let folder = try ScratchFolder()
        var text = "[accounts.acme]\nprovider = \"\(provider)\"\nclient_id = \"6731de76-14a6\"\n\(lines)\n"
        if let token {
            _ = try folder.place(token, as: "token")
            text += "developer_token = { file = \"~/token\" }\n"
        }
        let path = try folder.place(text, as: "config.toml")
        let check = ConfigurationFile.check(path: path, catalogue: .complete, environment: ["HOME": folder.path])
        #expect(check.exitCode == 0)
        return check.lines.dropLast().map { $0.replacing(path, with: "C").replacing(folder.path, with: "HOME") }
    }

    @Test(arguments: ["ABC", "\u{feff}ABC\r\n\n", "  ABC\t"])
    func `a valid account has no findings, whatever line ending its token was saved with`(_ token: String) throws {
        #expect(try check(token) == [])
    }

    @Test func `a token in quotes or with a comment is reported with the name of its file`() throws {
        #expect(
            try check("\"ABC\"\n") == [
                "C: warning: developer_token of [accounts.acme]: HOME/token has quotes around the secret",
                "  hint: remove the quotes: they would be sent as a part of it",
            ])
        #expect(
            try check("Bearer ABC").first?.hasSuffix("has the word Bearer or a header's name before the secret") == true
        )
        #expect(try check("<your token>").first?.contains("the placeholder of an example") == true)
        #expect(try check("A\u{0}B\u{0}").first?.hasSuffix("HOME/token is saved as UTF-16") == true)
        for (token, words) in [
            ("\"ABC", "has a quote at one end"), ("A BC", "has a blank inside"), ("A,B", "has characters"),
        ] {
            let lines = try check(token)
            #expect(lines.first?.contains("developer_token of [accounts.acme] \(words)") == true && lines.count == 2)
        }
        #expect(try check("# production\nABC").first?.hasSuffix("HOME/token has a comment beside the secret") == true)
    }

    @Test func `a missing token is reported, with where to get one`() throws {
        let lines = try check(nil)
        #expect(
            lines.first == "C: warning: [accounts.acme] has no developer_token, without which the API takes no request")
        #expect(lines.last?.contains("Developer settings") == true)
        #expect(try check(nil, provider: "microsoft-advertising-sandbox") == [])
        #expect(
            try check(nil, lines: #"developer_token = { file = "~/none" }"#).first?.hasSuffix(
                "HOME/none does not exist")
                == true)
    }

    @Test func `the sandbox's token in production is reported`() throws {
        let lines = try check("BBD37VB98\n")
        #expect(lines.first?.contains("is the sandbox's, which production refuses") == true && lines.count == 2)
        #expect(try check("BBD37VB98", provider: "microsoft-advertising-sandbox") == [])
    }

    @Test func `a flow that the API doesn't offer is reported`() throws {
        let secret = "flow = \"client_credentials\"\nclient_secret = { command = [\"pass\"] }"
        let lines = try check("ABC", lines: secret)
        #expect(lines.contains { $0.contains("serves users only") })
        // No other finding contradicts this one.
        #expect(lines.count == 2 && !lines.contains { $0.contains("/.default") || $0.contains("msads.manage") })
        #expect(try check("ABC", lines: "flow = \"device\"") == [])
    }

    @Test(
        arguments: [
            ("the application id of your registration", true), ("YourApplicationIdGoesHere", true),
            ("ValueGoesHere", true), ("placeholder", true), ("MY_CLIENT_ID", true),
            ("my-client-id", true), ("MyClientId", true), ("your_app", true), ("your-app", true), ("<x>", true),
            ("<x", false), ("app-<your-id>", true), ("a<b>c", false),
            ("000", false), ("0001", false),
            ("<client-id>", true),
            ("00000000-0000-0000-0000-000000000000", true), ("...", true), ("0000000012345A67", false), ("app", false),
            ("6731de76-14a6-49ae-97bc-6eba6914391e", false), ("1234567890-abc.apps.googleusercontent.com", false),
        ])
    func `a placeholder instead of the client id is reported`(_ id: String, _ isOne: Bool) throws {
        let folder = try ScratchFolder()
        let path = try folder.place("[accounts.a]\nprovider = \"microsoft\"\nclient_id = \"\(id)\"\n", as: "c.toml")
        let lines = ConfigurationFile.check(path: path, catalogue: .complete).lines
        #expect(lines.contains { $0.contains("is a placeholder") } == isOne)
    }

    @Test(arguments: [("a b", true), ("\"ab", true), ("ab'", true), ("ab", false)])
    func `a client secret with a blank or half a quote is doubted, and still used`(
        _ text: String, _ isDoubted: Bool
    ) throws {
        let folder = try ScratchFolder()
        let secret = try folder.place(text, as: "secret")
        let path = try folder.place(
            "[accounts.a]\nprovider = \"microsoft\"\nclient_id = \"app\"\nclient_secret = { file = \"\(secret)\" }\n",
            as: "c.toml")
        let check = ConfigurationFile.check(path: path, catalogue: .complete)
        #expect(check.lines.contains { $0.contains("a blank inside, or a quote at one end") } == isDoubted)
        #expect(check.exitCode == 0)
    }

    @Test func `a configuration in UTF-16 is called so`() throws {
        let folder = try ScratchFolder()
        try folder.write([0xff, 0xfe, 0x5b, 0, 0x61, 0], as: "c.toml")
        let check = ConfigurationFile.check(path: folder.file("c.toml"), catalogue: .complete)
        #expect(check.lines.first?.hasSuffix("is saved as UTF-16") == true && check.exitCode == 78)
        try folder.write([0x61, 0xff], as: "d.toml")
        let other = ConfigurationFile.check(path: folder.file("d.toml"), catalogue: .complete)
        #expect(other.lines.first?.hasSuffix("is not UTF-8") == true)
    }

    @Test func `an empty list of files to include says nothing`() throws {
        let folder = try ScratchFolder()
        let account = "[accounts.a]\nprovider = \"microsoft\"\nclient_id = \"app\"\n"
        let path = try folder.place("include = []\n\(account)", as: "c.toml")
        #expect(ConfigurationFile.check(path: path, catalogue: .complete).lines == ["\(path): 1 account: a"])
        let other = try folder.place("include = [\"\"]\n\(account)", as: "d.toml")
        #expect(ConfigurationFile.check(path: other, catalogue: .complete).exitCode == 78)
    }

    @Test func `blanks around a client id are removed, and quotes around it are an error`() throws {
        func parse(_ id: String) -> ConfigurationReport {
            DaemonConfiguration.parse(
                "[accounts.a]\nprovider = \"microsoft\"\nclient_id = \(id)\n", file: "c", catalogue: .complete)
        }
        #expect(parse("\"\u{feff} app \"").configuration?.accounts["a"]?.client.id == "app")
        #expect(parse("\"'app'\"").findings.map(\.message) == ["client_id in accounts.a has quotes of its own"])
    }
}
