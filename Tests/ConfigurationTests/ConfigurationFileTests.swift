import Glibc
import Scratch
import Testing
import Vendors

@testable import Configuration
@testable import Files

struct ConfigurationFileTests {
    private let good = "[accounts.ads]\nprovider = \"microsoft\"\nclient_id = \"x\"\n"
    private let secret = "[accounts.ads]\nprovider = \"microsoft\"\nclient_id = \"x\"\nclient_secret = \"hunter2\"\n"

    @Test func `a missing file is reported with its path and the shortest valid content`() throws {
        let path = try ScratchFolder().path + "/config.toml"
        #expect(
            ConfigurationFile.load(path: path, catalogue: .complete).findings.map { "\($0)" } == [
                """
                \(path): there is no such file
                  hint: write it; the least that it holds is
                    [accounts.NAME]
                    provider  = "microsoft-advertising"
                    client_id = "the application id of your registration"
                """
            ])
    }

    @Test func `the file in the hint is valid`() throws {
        let hint = try #require(
            ConfigurationFile.load(path: "/nonexistent/config.toml", catalogue: .complete).findings.first?.hint)
        let text = hint.split(separator: "\n").dropFirst().joined(separator: "\n")
        #expect(DaemonConfiguration.parse(text, file: "c", catalogue: .complete).findings == [])
    }

    @Test func `a file that isn't readable text is reported with the reason`() throws {
        let folder = try ScratchFolder()
        let latin = try folder.place(octets: [0x61, 0xe4, 0x0a], as: "latin.toml")
        let large = try folder.place("", as: "large.toml")
        try #require(unsafe truncate(large, (16 << 20) + 1) == 0)
        let pipe = folder.path + "/pipe"
        try #require(unsafe mkfifo(pipe, 0o600) == 0)
        let cases = [
            (folder.path, "is a folder"), (latin, "is not UTF-8"), (large, "is larger than 16 MiB"),
            (pipe, "isn't a regular file"), (latin + "/x", "there is no such file"),
        ]
        for (path, message) in cases {
            let report = ConfigurationFile.load(path: path, catalogue: .complete)
            #expect(report.findings.map(\.message) == [message])
            #expect(report.configuration == nil)
        }
    }

    @Test(.enabled(if: geteuid() != 0, "root reads everything"))
    func `a file without read permission is reported as such`() throws {
        let folder = try ScratchFolder()
        let path = try folder.place(good, as: "config.toml", mode: 0)
        #expect(
            ConfigurationFile.load(path: path, catalogue: .complete).findings.map(\.message) == [
                "can't be read: permission denied"
            ])
    }

    /// The arguments: mode, owner, group, whether the file holds a secret, the message, and whether the file is used.
    @Test(
        arguments: [
            (0o644, 1000, 1000, false, nil, true), (0o600, 1000, 100, true, nil, true),
            (0o664, 1000, 1000, false, "can be written by the members of its group (mode 0664)", true),
            (0o640, 1000, 1000, true, "holds a secret and can be read by other users (mode 0640)", true),
            (0o664, 1000, 100, false, "can be written by other users (mode 0664)", false),
            (0o646, 1000, 1000, false, "can be written by other users (mode 0646)", false),
            (0o640, 1000, 100, true, "holds a secret and can be read by other users (mode 0640)", true),
            (0o644, 1000, 1000, true, "holds a secret and can be read by other users (mode 0644)", true),
            (0o644, 0, 0, false, nil, true),
            (0o600, 1001, 1001, false, "belongs to another user", false),
        ] as [(UInt32, UInt32, UInt32, Bool, String?, Bool)])
    func `a file that others may write, or read with a secret, is reported with a hint`(
        _ mode: UInt32, _ owner: UInt32, _ group: UInt32, _ holdsSecret: Bool, _ message: String?, _ isTaken: Bool
    ) {
        let permissions = FilePermissions(mode: mode, owner: owner, group: group)
        let file = ReadFile(octets: Array((holdsSecret ? secret : good).utf8), permissions: permissions)
        let report = ConfigurationFile.report(of: file, path: "/c", user: 1000, catalogue: .complete)
        #expect(report.findings.map(\.message) == (message.map { [$0] } ?? []))
        #expect((report.configuration != nil) == isTaken)
        #expect(report.findings.allSatisfy { $0.hint?.hasSuffix(" /c`") ?? false || $0.message.hasPrefix("belongs") })
        #expect(!report.findings.contains { "\($0)".contains("hunter2") })
    }

    /// The arguments: mode, owner and group of the folder, the message, and whether the file in it is used.
    @Test(
        arguments: [
            (0o700, 1000, 1000, nil, true), (0o755, 1000, 100, nil, true), (0o755, 0, 0, nil, true),
            (0o1777, 0, 0, nil, true), (0o777, 1000, 1000, "can be written by other users (mode 0777)", false),
            (0o777, 0, 0, "can be written by other users (mode 0777)", false),
            (0o775, 1000, 100, "can be written by other users (mode 0775)", false),
            (0o775, 1000, 1000, "can be written by the members of its group (mode 0775)", true),
            (0o700, 1001, 1001, "belongs to another user, who can replace the configuration", false),
            (0o1777, 1001, 1001, "belongs to another user, who can replace the configuration", false),
        ] as [(UInt32, UInt32, UInt32, String?, Bool)])
    func `a folder where others may replace the file is reported with a hint`(
        _ mode: UInt32, _ owner: UInt32, _ group: UInt32, _ message: String?, _ isTaken: Bool
    ) {
        let finding = FolderCheck.finding(
            on: FilePermissions(mode: mode, owner: owner, group: group), folder: "/f", user: 1000)
        #expect(finding?.message == message)
        #expect((finding?.severity != .error) == isTaken)
        #expect((finding?.hint == nil) == (message == nil) && (finding?.file ?? "/f") == "/f")
    }

    @Test func `the folder of a real file is checked`() throws {
        let folder = try ScratchFolder()
        try folder.makeFolder("open", mode: 0o777)
        let path = try folder.place(good, as: "open/config.toml")
        let report = ConfigurationFile.load(path: path, catalogue: .complete)
        #expect(report.findings.map(\.message) == ["can be written by other users (mode 0777)"])
        #expect(report.findings.map(\.file) == [folder.file("open")] && report.configuration == nil)
        #expect(report.findings.first?.hint == "run `chmod go-w \(folder.file("open"))`")
    }

    @Test func `the mode of a real file is checked`() throws {
        let folder = try ScratchFolder()
        let path = try folder.place(good, as: "config.toml", mode: 0o666)
        let report = ConfigurationFile.load(path: path, catalogue: .complete)
        #expect(report.findings.map(\.message) == ["can be written by other users (mode 0666)"])
        #expect(report.findings.map(\.hint) == ["run `chmod go-w \(path)`"])
    }

    @Test(
        arguments: [
            (["XDG_CONFIG_HOME": "/cfg", "HOME": "/home/u"], "/cfg/valetkey/config.toml"),
            (["XDG_CONFIG_HOME": "cfg", "HOME": "/home/u"], "/home/u/.config/valetkey/config.toml"),
            (["XDG_CONFIG_HOME": "", "HOME": "/home/u"], "/home/u/.config/valetkey/config.toml"),
            (["HOME": "/home/u"], "/home/u/.config/valetkey/config.toml"), (["HOME": ""], nil), ([:], nil),
        ] as [([String: String], String?)])
    func `the default file is where the base directory specification says`(
        _ environment: [String: String], _ path: String?
    ) {
        #expect(ConfigurationFile.defaultPath(environment: environment) == path)
    }

    @Test func `a check prints its findings and exits with 0 or 78`() throws {
        let folder = try ScratchFolder()
        let fine = try folder.place(good + "[accounts.mail]\nprovider = \"microsoft\"\nclient_id = \"y\"", as: "a.toml")
        #expect(
            ConfigurationFile.check(path: fine, catalogue: .complete)
                == ConfigurationCheck(lines: ["\(fine): 2 accounts: ads, mail"], exitCode: 0))
        let wrong = try folder.place(good + "tennant = \"x\"\n", as: "b.toml")
        #expect(
            ConfigurationFile.check(path: wrong, catalogue: .complete)
                == ConfigurationCheck(
                    lines: [
                        "\(wrong):4:1: unknown key \"tennant\" in accounts.ads", "  hint: did you mean \"tenant\"?",
                    ],
                    exitCode: 78))
        let open = try folder.place(secret, as: "c.toml", mode: 0o644)
        let check = ConfigurationFile.check(path: open, catalogue: .complete)
        #expect(check.exitCode == 0)
        #expect(check.lines.count == 3)
        #expect(check.lines[0].hasPrefix("\(open): warning: holds a secret"))
    }
}
