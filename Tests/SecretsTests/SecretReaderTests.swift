import Accounts
import Files
import Glibc
import Scratch
import Secrets
import Testing
import Text

struct SecretReaderTests {
    private func reader(_ environment: [String: String] = [:]) -> SecretReader {
        let path = ["PATH": "/usr/local/bin:/usr/bin:/bin"]
        return SecretReader(environment: environment.merging(path) { own, _ in own }, clock: ContinuousClock())
    }

    private func fault(_ source: SecretSource, _ environment: [String: String] = [:]) async -> SecretFault? {
        do throws(SecretFault) {
            _ = try await reader(environment).read(source)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a literal secret is returned unchanged`() async throws {
        #expect(try await reader().read(.literal(Secret("hunter2"))).expose() == "hunter2")
        #expect(await self.fault(.literal(Secret(""))) == .empty(.literal))
    }

    @Test(arguments: [
        "hunter2", "hunter2\n", "hunter2\r\n", "hunter2\n\n\r\n", "\u{feff}hunter2\n", " \t hunter2\u{a0} ",
        "\u{feff}\u{200b} hunter2 \u{200b}\n",
    ])
    func `a file's secret is returned without its line break, and a tilde is the home folder`(_ content: String)
        async throws
    {
        let folder = try ScratchFolder()
        let path = try folder.place(content, as: "secret")
        #expect(try await reader().read(.file(path)).expose() == "hunter2")
        #expect(try await reader(["HOME": folder.path]).read(.file("~/secret")).expose() == "hunter2")
        #expect(await self.fault(.file("~/secret")) == .noHomeFolder(path: "~/secret"))
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o610, 0o777] as [UInt32])
    func `a file that is open to others is refused with a hint`(_ mode: UInt32) async throws {
        let folder = try ScratchFolder()
        let path = try folder.place("hunter2", as: "secret", mode: mode)
        let fault = try #require(await self.fault(.file(path)))
        #expect(fault == .openToOthers(path: path, mode: "0" + String(mode, radix: 8)))
        #expect("\(fault)" == "\(path) is open to other users (mode 0\(String(mode, radix: 8)))")
        #expect(fault.hint == "run `chmod 600 \(path)`")
    }

    @Test func `a file without a secret is refused`() async throws {
        let folder = try ScratchFolder()
        let (empty, blank) = (try folder.place("", as: "empty"), try folder.place("\n", as: "blank"))
        let two = try folder.place("hunter2\nhunter3\n", as: "two")
        let binary = try folder.place(octets: [0xff, 0x41], as: "binary")
        let large = try folder.place(octets: repeatElement(UInt8(ascii: "x"), count: 65_537), as: "large")
        let cases: [(String, SecretFault)] = [
            (empty, .empty(.file(empty))), (blank, .empty(.file(blank))), (two, .notOneLine(.file(two))),
            (binary, .notOneLine(.file(binary))), (large, .file(.file(large), .tooLarge(65_536))),
            (folder.path, .file(.file(folder.path), .folder)),
            (folder.path + "/none", .file(.file(folder.path + "/none"), .missing)),
        ]
        for (path, expected) in cases {
            let fault = await self.fault(.file(path))
            #expect(fault == expected)
            #expect(!"\(expected) \(expected.hint ?? "")".contains("hunter"))
        }
    }

    @Test func `a systemd credential is only read from the folder of credentials`() async throws {
        let folder = try ScratchFolder()
        _ = try folder.place("hunter2\n", as: "ads", mode: 0o440)
        let environment = ["CREDENTIALS_DIRECTORY": folder.path]
        #expect(try await reader(environment).read(.credential("ads")).expose() == "hunter2")
        #expect(await self.fault(.credential("ads")) == .noCredentials(name: "ads"))
        #expect(await self.fault(.credential("mail"), environment) == .file(.credential("mail"), .missing))
        for name in ["../ads", "..", ".", "", "a/b", "/etc/hostname"] {
            #expect(await self.fault(.credential(name), environment) == .noCredentials(name: name))
        }
    }

    @Test(arguments: ["\"hunter2\"", "'hunter2'\n", "`hunter2`", "“hunter2”", "\u{feff} \"hunter2\" \n"])
    func `quotes around a secret are an error, whatever its source`(_ content: String) async throws {
        let folder = try ScratchFolder()
        let path = try folder.place(content, as: "secret")
        #expect(await self.fault(.file(path)) == .quoted(.file(path)))
        #expect(await self.fault(.literal(Secret(content))) == .quoted(.literal))
        #expect(await self.fault(.command(["cat", path])) == .quoted(.command("cat")))
        #expect(!SecretFault.quoted(.command("cat")).description.contains("hunter"))
    }

    @Test(arguments: ["# token\nhunter2", "hunter2 # token", "hunter2\n# token", "// token\nhunter2", "#hunter2"])
    func `a comment beside a secret is an error`(_ content: String) async throws {
        let folder = try ScratchFolder()
        let path = try folder.place(content, as: "secret")
        #expect(await self.fault(.file(path)) == .commented(.file(path)))
    }

    @Test(arguments: ["Bearer hunter2", "bearer  hunter2\n", "Authorization: Bearer hunter2", "authorization:hunter2"])
    func `a header or its scheme before a secret is an error`(_ content: String) async throws {
        let folder = try ScratchFolder()
        let path = try folder.place(content, as: "secret")
        #expect(await self.fault(.file(path)) == .header(.file(path)))
        #expect(await self.fault(.literal(Secret(content))) == .header(.literal))
        #expect(!SecretFault.header(.file(path)).description.contains("hunter"))
    }

    @Test(arguments: ["<your token>", "YOUR_DEVELOPER_TOKEN", "DeveloperTokenGoesHere"])
    func `the placeholder of an example isn't taken for a secret`(_ content: String) async throws {
        let folder = try ScratchFolder()
        let path = try folder.place(content, as: "secret")
        #expect(await self.fault(.file(path)) == .example(.file(path)))
    }

    @Test(
        arguments: [
            [0xff, 0xfe, 0x41, 0, 0x42, 0], [0xfe, 0xff, 0, 0x41, 0, 0x42], [0x41, 0, 0x42, 0, 0x0d, 0, 0x0a, 0],
        ] as [[UInt8]])
    func `a file in UTF-16 is called so`(_ octets: [UInt8]) async throws {
        let folder = try ScratchFolder()
        let path = try folder.place(octets: octets, as: "secret")
        let fault = try #require(await self.fault(.file(path)))
        #expect(fault == .wideText(.file(path)) && "\(fault)" == "\(path) is saved as UTF-16")
        #expect(fault.hint == "save it as UTF-8" && !fault.isPassing)
        #expect(SecretFault.wideText(.command("x")).isPassing)
    }

    @Test(arguments: ["Bearerhunter2", "my bearer 2", "hunter<2>", "hunter 2"])
    func `a secret may have such words inside`(_ content: String) async throws {
        let folder = try ScratchFolder()
        #expect(try await reader().read(.file(folder.place(content, as: "secret"))).expose() == content)
    }

    @Test(arguments: ["hun\"ter'2", "hunter2\"", "\"hunter2", "hun#ter2", "\"", "hunter2#", "http://x"])
    func `a secret may contain characters that quotes and comments have`(_ content: String) async throws {
        let folder = try ScratchFolder()
        #expect(try await reader().read(.file(folder.place(content, as: "secret"))).expose() == content)
    }

    @Test func `a command's bad output may be temporary, and a file's bad content is not`() {
        for (fault, isPassing) in [
            (SecretFault.quoted(.command("x")), true), (.commented(.command("x")), true), (.quoted(.file("/x")), false),
            (.commented(.file("/x")), false), (.quoted(.literal), false),
        ] {
            #expect(fault.isPassing == isPassing && fault.hint?.hasPrefix("remove the ") == true)
        }
    }
}
