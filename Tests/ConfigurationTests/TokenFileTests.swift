import Accounts
import Scratch
import Testing
import Vendors

@testable import Configuration

/// The keys `token_file`, `token_file_format` and `token_file_on_disk`.
struct TokenFileTests {
    private static let account = "issuer = \"https://as.example\"\nclient_id = \"app\"\n"

    private func load(_ text: String, _ files: [String: String] = [:]) throws -> ConfigurationReport {
        let folder = try ScratchFolder()
        for (name, content) in files { _ = try folder.place(content, as: name) }
        let report = ConfigurationFile.load(path: try folder.place(text, as: "c"), catalogue: .complete)
        return ConfigurationReport(
            findings: report.findings.map { finding in
                var finding = finding
                finding.file = finding.file.replacing("\(folder.path)/", with: "")
                return finding
            }, configuration: report.configuration)
    }

    @Test func `an account and its further tokens have files, and a token has the account's manner`() throws {
        let report = try load(
            """
            [accounts.a]
            \(Self.account)token_file = "%t/valetkey/a"
            token_file_format = "json"
            [accounts.a.tokens.x]
            scopes = ["x"]
            token_file = "/run/user/%U/x"
            [accounts.a.tokens.y]
            scopes = ["y"]
            token_file = "~/y"
            token_file_format = "header"
            token_file_on_disk = true
            [accounts.a.tokens.z]
            scopes = ["z"]
            [accounts.b]
            \(Self.account)
            """)
        let settings = try #require(report.configuration?.accounts["a"])
        #expect(settings.tokenFile == TokenFile(path: "%t/valetkey/a", format: .json))
        #expect(
            settings.furtherTokenFiles == [
                "x": TokenFile(path: "/run/user/%U/x", format: .json),
                "y": TokenFile(path: "~/y", format: .header, mayBeOnDisk: true),
            ])
        #expect(report.configuration?.accounts["b"]?.tokenFile == nil)
        let warning = try #require(report.findings.first)
        #expect(report.findings.count == 1 && warning.severity == .warning && warning.position?.line == 11)
        #expect(warning.message.hasPrefix("the token of accounts.a.tokens.y may be written to a disk"))
    }

    @Test func `the manner may come from the defaults, also for accounts without a file`() throws {
        let report = try load(
            """
            [defaults]
            token_file_format = "header"
            [accounts.a]
            \(Self.account)token_file = "%t/a"
            [accounts.b]
            \(Self.account)
            """)
        #expect(report.findings.isEmpty)
        #expect(report.configuration?.accounts["a"]?.tokenFile == TokenFile(path: "%t/a", format: .header))
    }

    @Test(arguments: [
        ("token_file = \"a\"", "token_file in accounts.a isn't an absolute path"),
        ("token_file = \"%t/%u\"", "token_file in accounts.a knows no \"%u\" there"),
        ("token_file = \"%t/../x\"", "token_file in accounts.a isn't the path of a file"),
        ("token_file = \"%t/x/\"", "token_file in accounts.a isn't the path of a file"),
        ("token_file = \"%t/x/.\"", "token_file in accounts.a isn't the path of a file"),
        ("token_file = 3", "token_file in accounts.a must be a string, not an integer"),
        ("token_file = \"%t/x\"\ntoken_file_format = \"row\"", "unknown token_file_format \"row\" in accounts.a"),
        (
            "token_file = \"%t/x\"\ntoken_file_on_disk = \"yes\"",
            "token_file_on_disk in accounts.a must be a boolean, not a string"
        ),
        ("token_file_format = \"raw\"", "token_file_format in accounts.a needs a token_file"),
        ("token_file_on_disk = false", "token_file_on_disk in accounts.a needs a token_file"),
        (
            "[accounts.a.tokens.x]\nscopes = [\"x\"]\ntoken_file = \"x\"",
            "token_file in accounts.a.tokens.x isn't an absolute path"
        ),
        ("[accounts.a.tokens.x]\ntoken_file = \"%t/x\"", "accounts.a.tokens.x doesn't say what the token is for"),
        ("[accounts.a.tokens]\nx = 3", "x in accounts.a.tokens must be a table, not an integer"),
    ])
    func `mistakes are found, each once`(_ lines: String, _ message: String) throws {
        #expect(try load("[accounts.a]\n\(Self.account)\(lines)\n").findings.map(\.message) == [message])
    }

    @Test(arguments: [("%t/x", "%t/./x"), ("~/x", "%h//x"), ("/a/x", "/a/x")])
    func `two tokens can't have one file, also in different files of the configuration`(_ one: String, _ other: String)
        throws
    {
        let report = try load(
            "include = [\"more.toml\"]\n[accounts.a]\n\(Self.account)token_file = \"\(one)\"\n",
            ["more.toml": "[accounts.b]\n\(Self.account)token_file = \"\(other)\"\n"])
        #expect(report.configuration == nil)
        #expect(report.findings.map(\.message) == ["token_file is the same in accounts.a and in accounts.b: \(other)"])
        let token = "[accounts.a.tokens.x]\nscopes = [\"x\"]\ntoken_file = \"\(other)\"\n"
        let single = try load("[accounts.a]\n\(Self.account)token_file = \"\(one)\"\n\(token)")
        #expect(
            single.findings.map(\.message) == [
                "token_file is the same in accounts.a and in accounts.a.tokens.x: \(other)"
            ])
    }

    @Test func `config check says where a file won't be written, and what to do`() throws {
        let folder = try ScratchFolder()
        func check(_ file: String, _ environment: [String: String]) throws -> [String] {
            let path = try folder.place("[accounts.a]\n\(Self.account)token_file = \"\(file)\"\n", as: "c")
            let check = ConfigurationFile.check(path: path, catalogue: .complete, environment: environment)
            #expect(check.exitCode == 0)
            return check.lines.dropLast().map { $0.replacing(path, with: "C").replacing(folder.path, with: "HOME") }
        }
        #expect(
            try check("~/no/x", ["HOME": folder.path]) == [
                "C: warning: token_file of [accounts.a] won't be written: the folder HOME/no doesn't exist",
                "  hint: create it with mode 0700, or name a place below %t: folders are created there",
            ])
        let onDisk = try check("%t/x", ["XDG_RUNTIME_DIR": "/usr"])
        #expect(onDisk.first?.contains("the folder /usr isn't in memory (tmpfs)") == true && onDisk.count == 2)
        #expect(onDisk.last?.contains("token_file_on_disk = true") == true)
        // Nobody knows where it will be.
        #expect(try check("%t/x", [:]).isEmpty)
        #expect(try check("%t/valetkey/x", ["XDG_RUNTIME_DIR": "/dev/shm"]).first?.contains("/dev/shm") != false)
    }
}
