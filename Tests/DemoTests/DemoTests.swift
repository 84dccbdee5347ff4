import ArgumentParser
import AuthorizationServer
import Console
import Failures
import FoundationEssentials
import Testing
import Text

@testable import Demo

@Suite struct DemoTests {
    @Test(arguments: [("60s", 60), ("90", 90), ("5m", 300), ("2h", 7200), ("1d", 86_400)])
    func `a time has a unit, or is in seconds`(text: String, seconds: Int) throws {
        #expect(try DemoCommand.parse(["--for", text]).time?.seconds == seconds)
    }

    @Test(arguments: ["", "0", "0s", "-5", "s", "5 s", "99999999999999999999s", "٣s"])
    func `an invalid time is refused`(text: String) {
        #expect(throws: (any Error).self) { try DemoCommand.parse(["--for", text]) }
    }

    @Test func `a long or relative TMPDIR isn't used`() {
        #expect(Programs(environment: ["TMPDIR": "/var/tmp"]).temporaryFolder == "/var/tmp")
        #expect(Programs(environment: ["TMPDIR": "tmp"]).temporaryFolder == "/tmp")
        let long = "/" + String(repeating: "x", count: 70)
        #expect(Programs(environment: ["TMPDIR": long]).temporaryFolder == "/tmp")
    }

    @Test func `forms and links are read from a page`() {
        let page = FormPage(
            text: """
                <form><input type="hidden" name="request" value="a&amp;b">
                <input type="hidden" name="form_token" value="c"><input name="username"></form>
                <a href="http://127.0.0.1:1/?code=x&amp;state=y&#39;&amp;amp;">go</a>
                """)
        #expect(page.hiddenFields == [FormField("request", "a&b"), FormField("form_token", "c")])
        #expect(page.firstLink == "http://127.0.0.1:1/?code=x&state=y'&amp;")
        #expect(FormPage(text: "").firstLink == nil)
    }

    @Test func `the home is accessible only to the user, and is removed with all its files`() throws {
        let home = try ThrowAwayHome.make(below: "/tmp")
        defer { home.remove() }
        try home.write(configuration: "[accounts.demo]\n")
        let files = FileManager.default
        let folder = try files.attributesOfItem(atPath: home.path)[.posixPermissions] as? Int
        #expect(folder == 0o700)
        let file = home.path + "/config/valetkey/config.toml"
        #expect(try files.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)
        #expect(home.environment.values.contains(home.path + "/run"))
        #expect(home.environment["DBUS_SESSION_BUS_ADDRESS"] == nil)
        home.remove()
        #expect(!files.fileExists(atPath: home.path))
    }

    @Test func `where no home can be created there is a failure`() {
        #expect(throws: DemoFailure.self) { try ThrowAwayHome.make(below: "/nonexistent") }
    }

    @Test func `a failure quotes the daemon's log and has a hint`() {
        let failure = DemoFailure.daemonEnded(status: "exited(1)", log: ["one", "two"])
        #expect("\(failure)" == "the daemon ended by itself (exited(1))\n  | one\n  | two")
        #expect(failure.exit == .daemonUnreachable)
        #expect(!failure.hint.isEmpty)
    }

    @Test func `without colour no text is styled`() {
        func screen(hasColour: Bool) -> Screen {
            Screen(Terminal(descriptor: -1, isTerminal: true, hasColour: hasColour))
        }
        #expect(screen(hasColour: false).styled("x", .green) == "x")
        #expect(screen(hasColour: true).styled("x", .green) == "\u{1b}[32mx\u{1b}[0m")
    }
}
