import Accounts
import Configuration
import FoundationEssentials
import Testing
import Vendors

@testable import ManualPages

struct ManualPagesTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private func manual() throws -> Manual {
        let servers = Self.repository.appending(path: "Sources/Documentation.docc/Servers.md")
        return Manual(
            date: Date(timeIntervalSince1970: 1_790_000_000),
            servers: try String(contentsOf: servers, encoding: .utf8), routes: [])
    }

    @Test func `each command, the daemon, the configuration and the socket have a page`() throws {
        let names = try Set(manual().pages().map(\.fileName))
        let wanted = [
            "valetkey", "valetkey-setup", "valetkey-login", "valetkey-token", "valetkey-exec", "valetkey-ads",
            "valetkey-demo", "valetkey-key", "git-credential-valetkey", "docker-credential-valetkey",
        ].map { "man1/\($0).1" }
        #expect(names.isSuperset(of: wanted))
        #expect(names.isSuperset(of: ["man5/valetkey.toml.5", "man7/valetkey-socket.7", "man8/valetkeyd.8"]))
    }

    @Test func `each page has the sections of a manual page, and its date`() throws {
        for page in try manual().pages() {
            for section in ["NAME", "DESCRIPTION", "SEE ALSO"] {
                #expect(page.text.contains("\n.Sh \(section)\n"), "\(page.name)")
            }
            #expect(page.text.contains("\n.Dd September 21, 2026\n"))
            #expect(page.section != 1 || page.text.contains("\n.Sh EXIT STATUS\n"), "\(page.name)")
        }
    }

    @Test func `a command's page has its options, without those of all commands`() throws {
        let page = try #require(try manual().pages().first { $0.name == "valetkey-token" })
        #expect(page.text.contains(".Op Fl \\-min\\-ttl Ar min\\-ttl\n"))
        #expect(page.text.contains(".It Fl \\-fresh\n"))
        #expect(!page.text.contains("Fl \\-help"))
    }

    @Test func `the configuration's page explains each key that the daemon knows`() throws {
        #expect(try manual().unexplainedKeys() == [])
        #expect(ConfigurationKeys.all(.complete).flatMap(\.keys).count > 60)
        var other = try manual()
        other = Manual(date: other.date, servers: other.servers.replacing("`consent_timeout`", with: "``"), routes: [])
        #expect(other.unexplainedKeys() == ["consent_timeout of [daemon]"])
    }

    @Test func `the socket's page has each error code with its statuses`() throws {
        let text = try manual().socketPage().text
        let entry = """
            .It Er "consent_required"
            Consent required.
            HTTP 409, exit 77.
            Remedy: run: valetkey login ACCOUNT.

            """
        #expect(text.contains(entry))
    }

    @Test(arguments: [
        ("A. B", ["A.", "B"]), ("see a. b", ["see a. b"]), ("`code` and text", ["\\fBcode\\fP and text"]),
        (".Sh no macro", ["\\&.Sh no macro"]), ("'quoted'", ["\\&'quoted'"]), ("a\\b -c", ["a\\eb \\-c"]),
        ("…", ["\\[u2026]"]), ("", []),
    ])
    func `text can't become a macro`(_ text: String, _ lines: [String]) {
        #expect(Roff.lines(text) == lines)
    }

    @Test func `an argument of a macro keeps its quotes`() {
        #expect(Roff.argument("a \"b\"") == "\"a \"\"b\"\"\"")
    }

    @Test func `a table of keys is read with its heading, and no other table`() {
        let page = """
            ## Keys

            | key | does | who needs it |
            |---|---|---|
            | `a`, `b = false` | something | nobody |

            | server | what |
            |---|---|
            | `x` | y |
            """
        let tables = MarkdownTable.all(in: page)
        #expect(tables.map(\.heading) == ["Keys"])
        #expect(
            tables.first?.rows == [
                .init(keys: ["a", "b"], terms: ["a", "b = false"], text: "Something. Needed by: nobody.")
            ])
    }

    @Test(arguments: [
        ("see <doc:Clients>", "see the page Clients of the documentation"), ("[text](http://a.example)", "text"),
        ("plain", "plain"),
    ])
    func `Markdown's links become text`(_ markdown: String, _ text: String) {
        #expect(Markdown.plain(markdown) == text)
    }
}
