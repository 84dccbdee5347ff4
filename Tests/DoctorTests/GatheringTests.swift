import Dispatch
import FoundationEssentials
import Scratch
import Testing

@testable import Doctor

@Suite(.timeLimit(.minutes(5))) struct GatheringTests {
    @Test func `work that hangs is given up after its limit, and its late result is dropped`() async {
        let gate = DispatchSemaphore(value: 0)
        // More pieces of work than there are threads in a global queue's pool.
        let count = 40
        await withTaskGroup(of: Observed<Int>.self) { group in
            for _ in 0..<count {
                group.addTask {
                    await BoundedWork.run(within: .milliseconds(1)) {
                        gate.wait()
                        return .seen(1)
                    }
                }
            }
            for await result in group { #expect(result == .unseen("no answer within 0 s")) }
        }
        for _ in 0..<count { gate.signal() }
        #expect(await BoundedWork.run(within: .seconds(30)) { .seen(7) } == .seen(7))
    }

    @Test func `a program that hangs, fails or isn't installed`() async {
        let programs = Programs(environment: ["PATH": "/usr/bin:/bin"], limit: .seconds(20))
        let answer = await programs.run("sh", ["-c", "echo out; echo err >&2; exit 3"])
        #expect(answer == .seen(ProgramAnswer(code: 3, output: "out\n", errors: "err\n")))
        #expect(await programs.run("no-such-program-here", []) == .unseen("no-such-program-here isn't installed"))
        let slow = Programs(environment: ["PATH": "/usr/bin:/bin"], limit: .milliseconds(1))
        #expect(await slow.run("sleep", ["600"]) == .unseen("sleep has not answered within 0 s"))
    }

    @Test func `units are read from the blocks that systemctl prints`() {
        let output = """
            Id=valetkey.socket
            LoadState=loaded
            UnitFileState=enabled
            ActiveState=active

            MainPID=4711
            Id=valetkey.service
            LoadState=masked
            UnitFileState=
            ActiveState=inactive
            LoadCredentialEncrypted=valetkey.key:/etc/k

            """
        #expect(
            SystemdAnswers.units(ProgramAnswer(code: 0, output: output, errors: ""))
                == .seen([
                    UnitFacts(name: "valetkey.socket", load: "loaded", enablement: "enabled", activity: "active"),
                    UnitFacts(
                        name: "valetkey.service", load: "masked", enablement: "", activity: "inactive", process: 4711,
                        hasKeyCredential: true),
                ]))
        let refused = ProgramAnswer(code: 1, output: "", errors: "Failed to connect to bus: No medium found\nmore")
        #expect(SystemdAnswers.units(refused) == .unseen("Failed to connect to bus: No medium found"))
        #expect(
            SystemdAnswers.units(ProgramAnswer(code: 0, output: "x", errors: ""))
                == .unseen("systemctl describes no unit"))
        let silent = ProgramAnswer(code: 1, output: "", errors: "")
        #expect(SystemdAnswers.proxies(silent) == .unseen("no service manager of this user answers"))
    }

    @Test func `proxies are those variables that libcurl reads`() {
        let output = "PATH=/bin\nhttps_proxy=http://p:1\nALL_PROXY=\nno_proxy=a=b\n"
        #expect(
            SystemdAnswers.proxies(ProgramAnswer(code: 0, output: output, errors: ""))
                == .seen(["https_proxy": "http://p:1", "no_proxy": "a=b"]))
    }

    @Test(arguments: [(0, "yes\n", Observed<Bool>.seen(true)), (0, "no\n", .seen(false))])
    func `lingering is read from loginctl`(_ code: Int32, _ output: String, _ lingers: Observed<Bool>) {
        #expect(SystemdAnswers.lingers(ProgramAnswer(code: code, output: output, errors: "")) == lingers)
        #expect(
            SystemdAnswers.lingers(ProgramAnswer(code: 1, output: output, errors: "x"))
                == .unseen("loginctl doesn't know this user"))
    }

    @Test func `denials are those lines of the journal that are about valetkey`() {
        let lines = [
            "audit: type=1400 apparmor=\"DENIED\" operation=\"open\" comm=\"valetkeyd\"",
            "avc:  denied  { read } for comm=valetkeyd", "avc:  denied  { read } for comm=other",
            "apparmor=\"ALLOWED\" comm=\"valetkeyd\"", "valetkeyd started",
        ]
        let answer = ProgramAnswer(code: 0, output: lines.joined(separator: "\n"), errors: "")
        #expect(SystemdAnswers.denials(answer) == .seen(Array(lines.prefix(2))))
        #expect(SystemdAnswers.denials(ProgramAnswer(code: 0, output: "Linux 6\n", errors: "")) == .seen([]))
        #expect(
            SystemdAnswers.denials(ProgramAnswer(code: 1, output: "\n", errors: ""))
                == .unseen("there is no journal that this user may read"))
    }

    @Test func `files are looked at without following links`() throws {
        let folder = try ScratchFolder()
        try folder.write([1, 2, 3], as: "a.grant", mode: 0o640)
        try folder.write([1], as: "b.other")
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link"), withDestinationPath: folder.file("a.grant"))
        let look = FileLook.facts(folder.file("a.grant"))
        let facts = try #require(look.value ?? nil)
        #expect(!facts.isFolder && facts.modeText == "0640" && facts.size == 3 && facts.isOpen)
        #expect(FileLook.facts(folder.path).value??.isFolder == true)
        #expect(FileLook.facts(folder.file("link")).value??.size != 3)
        #expect(FileLook.facts(folder.file("none")) == .seen(nil))
        let files = FileLook.files(in: folder.path, ending: ".grant")
        let grants = try #require(files.value)
        #expect(Array(grants.keys) == [folder.file("a.grant")])
        #expect(FileLook.files(in: folder.file("none"), ending: ".grant") == .seen([:]))
        #expect(FileLook.networkFileSystem(folder.file("none/below")) == .seen(nil))
    }

    @Test func `the holder of a lock is found by its inode`() {
        let locks = """
            1: POSIX  ADVISORY  WRITE 11 08:01:4711 0 EOF
            2: FLOCK  ADVISORY  WRITE 12 08:01:47110 0 EOF
            3: FLOCK  ADVISORY  WRITE 13 08:01:4711 0 EOF
            3: -> FLOCK  ADVISORY  WRITE 14 08:01:4711 0 EOF
            """
        #expect(FileLook.holder(inode: 4711, in: locks) == 13)
        #expect(FileLook.holder(inode: 1, in: locks) == nil && FileLook.holder(inode: 4711, in: "") == nil)
    }

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 26 Nov 2026 20:00:00 GMT", 1_795_723_200),
            ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("Sun, 06 Foo 1994 08:49:37 GMT", nil), ("", nil),
            ("Sun, 06 Nov 1994 08:49:37 CET", nil), ("Sun, 06 Nov x 08:49:37 GMT", nil),
        ] as [(String, Double?)])
    func `an HTTP date is read`(_ text: String, _ seconds: Double?) {
        #expect(ServerLook.date(text)?.timeIntervalSince1970 == seconds)
    }
}
