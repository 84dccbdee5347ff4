import Accounts
import ArgumentParser
import Configuration
import Console
import Failures
import Glibc
import Scratch
import Testing
import Vendors

@testable import Setup

struct AccountFileTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private var file: AccountFile { AccountFile(path: folder.file("config.toml"), catalogue: .complete) }

    private func draft(_ name: String = "new", issuer: String = "https://auth.example") -> AccountDraft {
        var draft = AccountDraft(name: name, origin: "from a test")
        draft.set("issuer", issuer)
        draft.set("client_id", "c")
        return draft
    }

    private func append(_ draft: AccountDraft) -> CommandFailure? {
        do throws(CommandFailure) {
            try file.append(draft)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: [
        "", "# mine", "# mine\n", "[accounts.old]\nissuer = \"https://a.example\"\nclient_id = \"c\" # x\n",
    ])
    func `what was there stays, octet by octet`(before: String) throws {
        try folder.write(before.utf8, as: "config.toml", mode: 0o640)
        #expect(append(draft()) == nil)
        let text = try folder.text("config.toml")
        #expect(text.hasPrefix(before) && text.hasSuffix(draft().toml))
        #expect(try folder.mode("config.toml") == 0o640)
        #expect(ConfigurationFile.load(path: file.path, catalogue: .complete).configuration?.accounts["new"] != nil)
        #expect(try folder.names() == ["config.toml"])
    }

    @Test func `a missing file is made with its folder`() throws {
        let file = AccountFile(path: folder.file("a/b/config.toml"), catalogue: .complete)
        try file.append(draft())
        #expect(try folder.text("a/b/config.toml") == draft().toml)
        #expect(try folder.mode("a/b") == 0o700)
    }

    @Test func `an account that exists is never changed`() throws {
        #expect(append(draft()) == nil)
        let before = try folder.text("config.toml")
        #expect(append(draft(issuer: "https://other.example"))?.message == "There is an account new already.")
        #expect(try folder.text("config.toml") == before)
    }

    @Test func `an account of an included file counts too`() throws {
        try folder.makeFolder("accounts.d")
        try folder.write(draft().toml.utf8, as: "accounts.d/a.toml")
        try folder.write("include = [\"accounts.d\"]\n".utf8, as: "config.toml")
        #expect(try file.accounts() == ["new"])
        #expect(append(draft()) != nil)
        #expect(append(draft("other")) == nil)
    }

    @Test func `a broken file is refused in the words of the check, and stays`() throws {
        try folder.write("[accounts.x\n".utf8, as: "config.toml")
        let failure = append(draft())
        #expect(failure?.exit == .configuration)
        #expect(failure?.message.contains("\(file.path):1:") == true)
        #expect(try folder.text("config.toml") == "[accounts.x\n")
    }

    @Test func `a file in which the account would mean something else stays`() throws {
        let inline = "accounts = { old = { issuer = \"https://a.example\", client_id = \"c\" } }\n"
        try folder.write(inline.utf8, as: "config.toml")
        #expect(append(draft())?.message.contains("can't be added to this file") == true)
        #expect(try folder.text("config.toml") == inline)
    }

    @Test func `a link stays a link`() throws {
        try folder.write("# real\n".utf8, as: "real.toml")
        try folder.link("config.toml", to: folder.file("real.toml"))
        #expect(append(draft()) == nil)
        #expect(try folder.isLink("config.toml"))
        #expect(try folder.text("real.toml").hasPrefix("# real\n\n[accounts.new]"))
    }

    @Test func `names are quoted where TOML needs it, and texts escaped`() throws {
        var draft = draft("a.b")
        draft.set("label", "q\"\\\u{1}é")
        #expect(draft.toml.contains("[accounts.\"a.b\"]"))
        #expect(draft.toml.contains(#"label = "q\"\\\u0001é""#))
        draft = self.draft("a.b")
        draft.set("label", "q\"\\ é")
        #expect(append(draft) == nil)
        let settings = ConfigurationFile.load(path: file.path, catalogue: .complete).configuration?.accounts["a.b"]
        #expect(settings?.label == "q\"\\ é")
    }

    @Test func `the arguments survive their way to another program`() throws {
        let words = [
            "https://a.example", "--account", "a", "--client-id", "-c", "--client-secret-file", "/f", "--secret-file",
            "k=/p", "--secret-file", "l=/q", "--scopes", "a b", "--tenant", "t", "--set", "x=y", "--set", "z=",
            "--issuer",
            "https://i", "--redirect-uri", "http://127.0.0.1/", "--config", "/c", "--socket", "/s", "--yes",
        ].map { $0 == "-c" ? "c" : $0 }
        let options = try SetupOptions.parse(words)
        let again = try SetupOptions.parse(options.words)
        #expect(again == options)
        #expect(again.target == "https://a.example" && again.yes && again.secretFiles == ["k=/p", "l=/q"])
        #expect(again.set == ["x=y", "z="] && again.daemon.socket == "/s" && again.scopes == "a b")
        #expect(try SetupOptions.parse(SetupOptions.parse([]).words).target == nil)
    }
}
