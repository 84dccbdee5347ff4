import Scratch
import Testing
import Vendors

@testable import Configuration

struct SocketTests {
    private static let account = "[accounts.ads]\nprovider = \"microsoft\"\nclient_id = \"x\"\n"

    private func report(_ lines: String, name: String = "ci") -> ConfigurationReport {
        DaemonConfiguration.parse("\(Self.account)[sockets.\(name)]\n\(lines)\n", file: "c", catalogue: .complete)
    }

    private func settings(_ lines: String) -> SocketSettings? { report(lines).configuration?.sockets["ci"] }

    @Test func `a socket needs only its accounts`() {
        #expect(
            settings(#"accounts = ["ads", "ads/graph"]"#) == SocketSettings(name: "ci", accounts: ["ads", "ads/graph"]))
        let usual = SocketSettings(name: "ci", accounts: ["ads"])
        #expect(usual.allow == ["token"] && usual.mode == 0o600 && usual.peers == .own && usual.connections == 64)
        #expect(usual.wait == .seconds(60) && usual.path == nil && usual.group == nil)
    }

    @Test func `every key is read`() {
        var expected = SocketSettings(name: "ci", accounts: ["ads"])
        expected.allow = ["token", "ads_headers", "dpop", "events"]
        expected.path = "%t/ci/valetkey.sock"
        expected.mode = 0o660
        expected.group = 0
        expected.peers = .users([0, 23_001])
        expected.connections = 3
        expected.wait = .seconds(5)
        #expect(
            settings(
                """
                accounts = "ads"
                allow = ["token", "ads_headers", "dpop", "events"]
                path = "%t/ci/valetkey.sock"
                mode = "0660"
                group = "root"
                peers = ["root", "23001"]
                connections = 3
                wait = "5s"
                """) == expected)
        #expect(settings("accounts = \"ads\"\npeers = \"reachable\"\nmode = \"666\"")?.mode == 0o666)
        #expect(settings("accounts = \"ads\"\npeers = \"reachable\"")?.peers == .reachable)
        #expect(settings("accounts = \"ads\"\npeers = \"own\"")?.peers == .own)
    }

    @Test(arguments: [
        ("", "[sockets.ci] names no accounts"), ("accounts = []", "accounts in sockets.ci is empty"),
        ("accounts = \"ads\"\nallow = [\"tokens\"]", "allow in [sockets.ci] knows no \"tokens\""),
        ("accounts = \"ads\"\npath = \"x\"", "path in sockets.ci isn't an absolute path"),
        ("accounts = \"ads\"\nmode = \"0777\"", "mode in sockets.ci isn't the mode of a socket"),
        ("accounts = \"ads\"\nmode = \"0060\"", "mode in sockets.ci isn't the mode of a socket"),
        ("accounts = \"ads\"\nmode = \"rw\"", "mode in sockets.ci isn't the mode of a socket"),
        ("accounts = \"ads\"\nmode = \"+600\"", "mode in sockets.ci isn't the mode of a socket"),
        ("accounts = \"ads\"\ngroup = \"no such\"", "there is no group \"no such\""),
        ("accounts = \"ads\"\npeers = [\"no such\"]", "there is no user \"no such\""),
        ("accounts = \"ads\"\npeers = \"all\"", "peers in sockets.ci knows no \"all\""),
        ("accounts = \"ads\"\npeers = 1", "peers in sockets.ci must be an array of strings, not an integer"),
        ("accounts = \"ads\"\nconnections = 0", "connections in sockets.ci is out of range"),
        ("accounts = \"ads\"\nconnections = \"3\"", "connections in sockets.ci must be an integer, not a string"),
        ("accounts = \"ads\"\nwait = \"2h\"", "wait in sockets.ci is out of range"),
        ("accounts = \"ads\"\nwait_time = \"2h\"", "unknown key \"wait_time\" in sockets.ci"),
    ])
    func `a mistake is reported with a hint`(lines: String, message: String) {
        let report = report(lines)
        #expect(report.findings.map(\.message) == [message])
        #expect(
            report.configuration == nil
                && report.findings.allSatisfy { $0.hint != nil || $0.message.contains("must be") })
    }

    @Test(arguments: [
        ("ci", true), ("c-i_2", true), ("main", false), ("-ci", false), ("\"c.i\"", false), ("\"\"", false),
    ])
    func `a name fits into a unit's name, and isn't that of the main socket`(name: String, isGood: Bool) {
        #expect((report("accounts = \"ads\"", name: name).configuration != nil) == isGood)
    }

    @Test func `the accounts of a socket exist, in this file or in an included one`() throws {
        let folder = try ScratchFolder()
        let sockets = "[sockets.ci]\naccounts = [\"ads\", \"mail/graph\"]\n"
        let path = try folder.place(Self.account + sockets, as: "config.toml")
        let alone = ConfigurationFile.load(path: path, catalogue: .complete)
        #expect(alone.findings.map(\.message) == ["[sockets.ci] names the account \"mail\", which doesn't exist"])
        _ = try folder.place(Self.account.replacing("ads", with: "mail"), as: "more.toml")
        _ = try folder.place("include = [\"more.toml\"]\n" + Self.account + sockets, as: "config.toml")
        let whole = ConfigurationFile.load(path: path, catalogue: .complete)
        #expect(whole.findings == [] && whole.configuration?.sockets["ci"]?.accounts == ["ads", "mail/graph"])
        _ = try folder.place(sockets, as: "more.toml")
        let misplaced = ConfigurationFile.load(path: path, catalogue: .complete)
        #expect(misplaced.findings.map(\.message).contains("unknown table \"sockets\""))
    }

    @Test(arguments: [("", false), ("sandboxed_callers = \"serve\"", true), ("sandboxed_callers = \"refuse\"", false)])
    func `callers in a sandbox are refused unless the configuration serves them`(line: String, isServed: Bool) {
        let text = "\(Self.account)[daemon]\n\(line)\n"
        let report = DaemonConfiguration.parse(text, file: "c", catalogue: .complete)
        #expect(report.configuration?.servesSandboxed == isServed && report.findings == [])
        let wrong = DaemonConfiguration.parse(
            "\(Self.account)[daemon]\nsandboxed_callers = \"allow\"\n", file: "c", catalogue: .complete)
        #expect(wrong.findings.first?.hint == "it is one of refuse, serve")
    }
}
