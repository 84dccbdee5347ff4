import ArgumentParser
import AuthorizationServer
import Console
import Failures
import FoundationEssentials
import Glibc
import Scratch
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

    @Test func `two to five hosts are possible, and their demonstration has no time`() throws {
        #expect(try DemoCommand.parse([]).hosts == nil)
        for number in 2...5 { #expect(try DemoCommand.parse(["--auto", "--hosts", "\(number)"]).hosts == number) }
        for words in [["--hosts", "1"], ["--hosts", "6"], ["--hosts", "x"], ["--hosts", "3", "--for", "5m"]] {
            #expect(throws: (any Error).self) { try DemoCommand.parse(words) }
        }
    }

    @Test func `the etcd is the one of the variable, else the one in PATH`() throws {
        let folder = try ScratchFolder()
        let other = folder.path + "/other"
        let inPath = folder.path + "/etcd"
        for path in [other, inPath] {
            #expect(
                FileManager.default.createFile(
                    atPath: path, contents: nil, attributes: [.posixPermissions: 0o700]))
        }
        func found(_ variable: String?, path: String = folder.path) throws(DemoFailure) -> String {
            try Programs(environment: ["PATH": path, "VALETKEY_ETCD": variable].compactMapValues(\.self)).etcd()
        }
        #expect(try found(other) == other)
        #expect(try found(nil) == inPath)
        #expect(try found("") == inPath)
        let named = #expect(throws: DemoFailure.self) { try found(folder.path) }
        #expect(named.map { "\($0)" } == "VALETKEY_ETCD names no program: \(folder.path)")
        let none = #expect(throws: DemoFailure.self) { try found(nil, path: "/nonexistent") }
        #expect(none?.hint.contains("apt-get install etcd-server") == true)
        #expect(none?.hint.contains("VALETKEY_ETCD=") == true)
        #expect(none?.exit == .daemonUnreachable)
    }

    @Test func `hosts share through the etcd, with a key that isn't in the configuration`() async throws {
        let server = try await AuthorizationServer.open(DemoAccount.serverSettings(tokenLife: .seconds(7)))
        let own = DemoAccount.configuration(server)
        let shared = DemoAccount.configuration(server, store: "http://127.0.0.1:1")
        #expect(!own.contains("[store]"))
        #expect(shared.hasPrefix(own))
        for line in ["[store]", "endpoints = [\"http://127.0.0.1:1\"]", "key = { file = \"~/fleet.key\" }"] {
            #expect(shared.split(separator: "\n").contains { $0 == line }, "\(shared)")
        }
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

    @Test func `homes in a folder are removed with it`() throws {
        let folder = try ThrowAwayHome.empty(below: "/tmp")
        defer { folder.remove() }
        let files = FileManager.default
        #expect(try files.contentsOfDirectory(atPath: folder.path) == [])
        let homes = try ["1", "2"].map { try folder.home($0) }
        #expect(homes.map(\.path) == ["\(folder.path)/1", "\(folder.path)/2"])
        #expect(Set(homes.map(\.socket)).count == 2)
        for home in homes {
            try home.write("secret", as: DemoAccount.fleetKey)
            let key = try files.attributesOfItem(atPath: "\(home.path)/fleet.key")
            #expect(key[.posixPermissions] as? Int == 0o600)
            let state = try files.attributesOfItem(atPath: "\(home.path)/state")
            #expect(state[.posixPermissions] as? Int == 0o700)
        }
        #expect(throws: DemoFailure.self) { try homes[0].write("x", as: "nonexistent/x") }
        folder.remove()
        #expect(!files.fileExists(atPath: folder.path))
    }

    @Test func `where no home can be created there is a failure`() {
        #expect(throws: DemoFailure.self) { try ThrowAwayHome.make(below: "/nonexistent") }
        #expect(throws: DemoFailure.self) { try ThrowAwayHome(path: "/proc").home("1") }
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

    @Test func `a paragraph is wrapped behind its indent`() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/out"
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        defer { close(descriptor) }
        let terminal = Terminal(descriptor: descriptor, isTerminal: true, hasColour: false, size: (16, 24))
        Screen(terminal).paragraph("host 1 host 2 host 3", indent: 3)
        #expect(
            try String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self) == """
                   host 1 host 2
                   host 3

                """)
    }

    @Test func `a story ends quietly where its output is closed, and with its failure otherwise`() async throws {
        let screen = Screen(Terminal(descriptor: -1, isTerminal: false, hasColour: false))
        try screen.checkOpen()
        screen.line("nobody reads this")
        #expect(throws: Screen.Closed.self) { try screen.checkOpen() }
        try await ToldStory { try screen.checkOpen() }.run()
        await #expect(throws: DemoFailure.self) {
            try await ToldStory { throw DemoFailure.fleet("the hosts serve different tokens") }.run()
        }
    }
}

private struct ToldStory: Story {
    let words: @Sendable () throws -> Void

    func tell() throws { try words() }
}
