import Accounts
import Scratch
import Testing
import Text
import Vendors

@testable import Configuration

struct StoreTests {
    private static let account = "[accounts.ads]\nprovider = \"microsoft\"\nclient_id = \"x\"\n"
    private static let least = """
        kind = "etcd"
        endpoints = "https://etcd-1:2379"
        fleet = "ads-team"
        key = { file = "/run/key" }

        """

    private func report(_ lines: String, account: String = account) -> ConfigurationReport {
        DaemonConfiguration.parse("\(account)[store]\n\(lines)\n", file: "c", catalogue: .complete)
    }

    @Test func `a store needs its kind, its members, a fleet and a key`() {
        let settings = report(Self.least).configuration?.store
        #expect(
            settings
                == StoreSettings(endpoints: ["https://etcd-1:2379"], fleet: "ads-team", key: .file("/run/key")))
        #expect(settings?.patience == .seconds(600))
        #expect(
            Set(report("").findings.map(\.message)) == [
                "[store] has no kind", "[store] has no endpoints", "[store] has no fleet", "[store] has no key",
            ])
    }

    @Test func `every key is read`() {
        var expected = StoreSettings(
            endpoints: ["https://etcd-1:2379", "https://[::1]:2379", "http://127.0.0.1:1"], fleet: "A.b_c-9",
            key: .credential("valetkey.fleet"), oldKeys: [.file("~/old"), .command(["pass", "show"])],
            patience: .seconds(90))
        expected.certificateAuthority = "~/.config/valetkey/etcd-ca.pem"
        expected.clientCertificate = "/etc/client.pem"
        expected.clientKey = "/etc/client.key"
        expected.user = "valetkey"
        expected.password = .file("/etc/password")
        let report = report(
            """
            kind = "etcd"
            endpoints = ["HTTPS://etcd-1:2379/", "https://[::1]:2379", "http://127.0.0.1:1"]
            fleet = "A.b_c-9"
            certificate_authority = "~/.config/valetkey/etcd-ca.pem"
            client_certificate = "/etc/client.pem"
            client_key = "/etc/client.key"
            user = "valetkey"
            password = { file = "/etc/password" }
            key = { credential = "valetkey.fleet" }
            old_keys = [{ file = "~/old" }, { command = ["pass", "show"] }]
            patience = "1m30s"
            """)
        #expect(report.findings.isEmpty)
        #expect(report.configuration?.store == expected)
        #expect(self.report("\(Self.least)old_keys = []").configuration?.store?.oldKeys == [])
    }

    @Test(arguments: [
        ("kind = \"etc\"", "unknown kind \"etc\" in store", "did you mean \"etcd\"?"),
        ("endpoint = \"https://x\"", "unknown key \"endpoint\" in store", "did you mean \"endpoints\"?"),
        ("endpoints = []", "endpoints in store is empty", nil),
        ("endpoints = \"etcd-1:2379\"", "endpoints in store: not an absolute URL", nil),
        (
            "endpoints = \"http://etcd-1:2379\"",
            "endpoints in store: must be https; plain http is allowed only for loopback hosts", nil
        ),
        (
            "endpoints = \"https://etcd-1:2379/v3\"",
            "endpoints in store: \"https://etcd-1:2379/v3\" has more than a scheme, a host and a port",
            "write https://etcd-1:2379"
        ),
        (
            "endpoints = [\"https://etcd-1\", \"https://etcd-1/\"]", "endpoints in store names a member twice",
            "name each of them once"
        ),
        ("fleet = \"a/b\"", "\"a/b\" can't be a fleet's name", "take up to 64 of A-Z a-z 0-9 . _ and -"),
        ("fleet = \"\"", "fleet in store is empty", nil),
        ("certificate_authority = \"ca.pem\"", "certificate_authority in store isn't an absolute path", nil),
        ("client_certificate = \"/c\"", "client_certificate in store needs client_key", "state both, or none of them"),
        ("client_key = \"/c\"", "client_key in store needs client_certificate", "state both, or none of them"),
        ("user = \"x\"", "user in store needs password", "state both, or none of them"),
        ("password = \"x\"", "password in store needs user", "state both, or none of them"),
        ("key = \"AAAA\"", "key in store can't stand in the configuration", nil),
        ("key = { registration = \"x\" }", "key in store can't be a registration's", nil),
        ("key = { fil = \"/x\" }", "unknown kind of secret \"fil\" in store.key", "did you mean \"file\"?"),
        ("old_keys = { file = \"/x\" }", "old_keys in store isn't an array", nil),
        ("old_keys = [\"AAAA\"]", "old_keys in store can't stand in the configuration", nil),
        ("old_keys = [{ file = \"x\" }]", "file in store.old_keys isn't an absolute path", nil),
        ("patience = \"0s\"", "patience in store is out of range", "it goes from 1s to 7d"),
        ("patience = \"8d\"", "patience in store is out of range", "it goes from 1s to 7d"),
    ])
    func `a mistake is told with its place`(line: String, message: String, hint: String?) throws {
        let key = String(line.prefix { $0 != " " })
        let others = Self.least.split(separator: "\n").filter { !$0.hasPrefix("\(key) ") }
        let report = report((others + [Substring(line)]).joined(separator: "\n"))
        let finding = try #require(report.findings.first { $0.message == message }, "\(report.findings)")
        #expect(finding.severity == .error)
        #expect(finding.position?.line == 5 + others.count)
        #expect(finding.position?.column ?? 0 >= 1)
        if let hint { #expect(finding.hint == hint) }
        #expect(report.configuration == nil)
    }

    @Test func `a fleet's name has at most 64 characters, and there are at most 16 members`() {
        let others = Self.least.replacing("fleet = \"ads-team\"\n", with: "")
        let names = [64, 65].map { String(repeating: "a", count: $0) }
        #expect(report("\(others)fleet = \"\(names[0])\"").configuration?.store?.fleet == names[0])
        #expect(report("\(others)fleet = \"\(names[1])\"").configuration == nil)
        let rest = Self.least.replacing("endpoints = \"https://etcd-1:2379\"\n", with: "")
        for (count, isRead) in [(16, true), (17, false)] {
            let members = (0..<count).map { "\"https://etcd-\($0)\"" }.joined(separator: ", ")
            #expect((report("\(rest)endpoints = [\(members)]").configuration != nil) == isRead)
        }
    }

    @Test func `with a store, accounts are shared unless they say no`() {
        func isShared(_ lines: String, _ store: String = "[store]\n\(Self.least)") -> Bool? {
            let text = "\(Self.account)\(lines)\n\(store)"
            let report = DaemonConfiguration.parse(text, file: "c", catalogue: .complete)
            return report.configuration?.accounts["ads"]?.isShared
        }
        #expect(isShared("") == true)
        #expect(isShared("shared = true") == true)
        #expect(isShared("shared = false") == false)
        #expect(isShared("", "") == false)
        #expect(isShared("shared = true", "") == false)
        #expect(isShared("shared = \"no\"") == nil)
        #expect(isShared("flow = \"client_credentials\"\nclient_secret = \"s\"\ntenant = \"t\"") == false)
    }

    @Test func `accounts of included files are shared through the store of the main file`() throws {
        let folder = try ScratchFolder()
        _ = try folder.place(Self.account, as: "more.toml")
        for (store, isShared) in [("[store]\n\(Self.least)", true), ("", false)] {
            let path = try folder.place("include = [\"more.toml\"]\n\(store)", as: "config.toml")
            let report = ConfigurationFile.load(path: path, catalogue: .complete)
            #expect(report.configuration?.accounts["ads"]?.isShared == isShared)
        }
        _ = try folder.place("\(Self.account)[store]\n\(Self.least)", as: "more.toml")
        let path = try folder.place("include = [\"more.toml\"]\n", as: "config.toml")
        let findings = ConfigurationFile.load(path: path, catalogue: .complete).findings
        #expect(findings.map(\.message) == ["unknown table \"store\""])
    }

    @Test func `a password in the file is a secret of the file`() {
        let user = "user = \"x\"\npassword ="
        #expect(report("\(Self.least)\(user) \"secret\"").configuration?.holdsSecrets == true)
        #expect(report("\(Self.least)\(user) { file = \"/x\" }").configuration?.holdsSecrets == false)
    }
}
